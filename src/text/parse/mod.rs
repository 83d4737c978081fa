//! What the statements of a file say. The only module that knows squawk, and it stands on the build side: no
//! application carries a parser.

mod attach;
pub mod backwards;
mod body;
mod create;
mod definition;
pub mod directive;
mod effects;
mod guard;
mod operators;
mod problem;
mod references;
mod rights;
mod statement;
mod syntax_errors;
mod tree;
mod types;
mod usage;
mod written_name;

use std::num::NonZero;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

pub use definition::{Definition, Form, Routine};
pub use directive::{Directive, Word};
pub use problem::Problem;
pub use statement::{Attach, Effect, Named, Parsed, Statement, Target, What};
pub use usage::{Use, UseKind};
pub use written_name::Written;

/// The parser calls itself for each level of nesting: on a stack of 8 MB it overflows at 3000 parentheses. What is too
/// deep for this one is refused before it is parsed.
const STACK: usize = 64 << 20;

/// Parses texts, on as many processors as there are. Never panics, whatever the texts are.
pub fn parse_all(texts: &[&str]) -> Vec<Parsed> {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        while let Some((index, text)) =
            Some(next.fetch_add(1, Ordering::Relaxed)).and_then(|i| Some((i, texts.get(i)?)))
        {
            done.push((index, parse_here(text)));
        }
        done
    };
    let workers = thread::available_parallelism().map_or(1, NonZero::get).min(texts.len());
    let mut parsed: Vec<(usize, Parsed)> = thread::scope(|scope| {
        let threads: Vec<_> = (0..workers)
            .filter_map(|_| thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work).ok())
            .collect();
        threads.into_iter().filter_map(|thread| thread.join().ok()).flatten().collect()
    });
    // What no thread did, because none could be started, is done here.
    parsed.extend(work());
    parsed.sort_by_key(|(index, _)| *index);
    parsed.into_iter().map(|(_, parsed)| parsed).collect()
}

fn parse_here(text: &str) -> Parsed {
    if let Some(problem) = guard::too_deep(text) {
        return Parsed { statements: Vec::new(), problems: vec![problem] };
    }
    catch_unwind(AssertUnwindSafe(|| tree::read(text))).unwrap_or_else(|_| {
        let problem = Problem::new(0, "this file makes the parser fail")
            .help("please report it with the file; until then, move statements to other files to find the one that does");
        Parsed { statements: Vec::new(), problems: vec![problem] }
    })
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    /// The processor's time that a text costs, whatever else the machine does.
    fn cost(text: &str) -> u64 {
        let spent = || -> u64 {
            let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
            text.split(' ').next().unwrap().parse().unwrap()
        };
        thread::scope(|scope| {
            let work = || {
                let before = spent();
                let parsed = parse_here(text);
                assert!(!parsed.statements.is_empty() || !parsed.problems.is_empty());
                spent() - before
            };
            thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work).unwrap().join().unwrap()
        })
    }

    #[test]
    fn what_a_text_costs_grows_with_its_length_and_not_with_its_square() {
        type Text = fn(usize) -> String;
        let texts: [(&str, Text); 6] = [
            ("statements", |many| "insert into t values (1, 'a'); ".repeat(many)),
            ("and an error", |many| {
                format!("{}insert into t vlues (1);", "insert into t values (1, 'a'); ".repeat(many))
            }),
            ("errors", |many| "select (1 from t; ".repeat(many)),
            ("errors between statements", |many| "select 1 from t; selct 1; ".repeat(many)),
            ("subqueries", |many| format!("select {} 1", "(select a from t), ".repeat(many))),
            ("elements", |many| format!("select a from t where id in ({} 1) adn b", "1, ".repeat(8 * many))),
        ];
        for (name, text) in texts {
            let (few, many) = (cost(&text(500)), cost(&text(4000)));
            assert!(many < 24 * few, "{name}: 8 times the length costs {few} -> {many} ns");
        }
    }
}
