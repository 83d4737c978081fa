//! Scenarios: what people, files and migrations do to a project, as a text.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use viewkeeper::Report;
use viewkeeper::report::Verb;

use super::{Case, Files, project};

/// The table that every scenario begins with.
pub const GENES: &str = "create table app.genes (id bigint primary key, symbol text not null, score numeric not null);\n\
                     insert into app.genes select n, 'G' || n, n from generate_series(1, 100) n;\n";

/// Plays scenarios, each in a database of its own, and fails with all that went wrong. A scenario begins with `# its name`;
/// its steps are:
///
/// - `@file path` with the text below it, and `@without path`: edits of the project, which begins with the table app.genes;
/// - `@run verb name, verb name`: runs, and that is what is done to objects, or no matter what without the words;
/// - `@says words`: the report of the last run says so;
/// - `@refused words`: the run must fail with these words and change nothing; the edits since the last run are undone;
/// - `@damage` and `@by hand` with SQL below: what the run heals or what comes first, and what a person adds and keeps;
/// - `@keep query`: its answer is the same at the end as now;
/// - `@is answer` with a query below.
///
/// Each ends with the laws.
pub fn play(text: &str) {
    let mut wrong = Vec::new();
    for scenario in text.split("\n# ").map(str::trim).filter(|scenario| !scenario.is_empty()) {
        let (name, steps) = scenario.split_once('\n').unwrap();
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| scene(steps))) {
            let words = panic.downcast_ref::<String>().cloned();
            let words = words.or_else(|| panic.downcast_ref::<&str>().map(|words| (*words).to_owned()));
            wrong.push(format!("# {name}\n{}", words.unwrap_or_default()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

fn scene(steps: &str) {
    let mut files =
        project("kinds").file("viewkeeper.toml", "schema = \"app\"").file("migrations/V1__genes.sql", GENES);
    let mut applied: Option<Files> = None;
    let mut case = Case::new();
    let mut kept: HashMap<String, Vec<String>> = HashMap::new();
    let mut report: Option<Report> = None;
    for step in format!("\n{steps}").split("\n@").skip(1) {
        let (head, body) = step.split_once('\n').unwrap_or((step, ""));
        let (verb, words) = head.trim().split_once(' ').unwrap_or((head.trim(), ""));
        match verb {
            "file" => files = files.file(words, body),
            "without" => files = files.without(words),
            "run" => {
                let plan =
                    files.migrator().plan(&mut case.client).unwrap_or_else(|error| panic!("{error:?}"));
                serde_json::to_string(&plan).unwrap();
                let done = case.run(&files);
                let renames = plan.actions.iter().any(|action| action.verb == Verb::Rename);
                // After these the plan is made anew.
                if done.migrations.is_empty() && !renames {
                    let planned = plan.actions.iter().map(|action| (action.verb, &action.object));
                    let found = done.objects.iter().map(|object| (object.verb, &object.object));
                    assert_eq!(planned.collect::<Vec<_>>(), found.collect::<Vec<_>>(), "{plan}\n{done}");
                }
                if !words.is_empty() {
                    let found = done.objects.iter().map(|o| format!("{} {}", o.verb, o.object.name));
                    let found: Vec<String> = found.collect();
                    assert_eq!(words, found.join(", "), "{done}");
                }
                applied = Some(files.clone());
                report = Some(done);
            }
            "says" => {
                let report = report.as_ref().unwrap().to_string();
                assert!(report.contains(words), "{words} is not in {report}");
            }
            "refused" => {
                let error = case.refused(&files);
                let text = format!("{error:?}");
                assert!(text.contains(words), "{words} is not in {text}");
                files = applied.clone().unwrap();
            }
            "damage" => case.damage(body),
            "by" => case.by_hand(body),
            "keep" => {
                kept.insert(words.to_owned(), case.column(words));
            }
            "is" => assert_eq!(
                case.column(body).join(" "),
                words,
                "{body}\n{}",
                report.as_ref().map(ToString::to_string).unwrap_or_default()
            ),
            other => panic!("no step: {other}"),
        }
    }
    for (query, answer) in kept {
        assert_eq!(
            case.column(&query),
            answer,
            "{query} \n{}",
            report.as_ref().map(ToString::to_string).unwrap_or_default()
        );
    }
    case.obeys_the_laws(&files);
}
