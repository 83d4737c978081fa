//! How long a function may be, and how wide a struct: what is longer has steps that want a name, and what is wider holds several
//! things.

use std::fs;
use std::path::Path;

use super::{package, sources};

/// The most lines of a function, its head included.
const LINES: usize = 60;

/// The most fields of a struct.
const FIELDS: usize = 12;

/// Structs that may be wider, and why.
const WIDE: [(&str, &str); 14] = [
    ("set/bundle.rs Manifest", "a wire format: what the bundle says"),
    ("set/bundle.rs Object", "a wire format: what the bundle says of an object"),
    ("text/parse/statement.rs Statement", "what one statement says"),
    ("decide/plan/value.rs Action", "plain data that people read"),
    ("read/dependent.rs Dependent", "plain data of one query"),
    ("read/exportable.rs Exportable", "plain data of one query"),
    ("read/facts/ledger_state.rs LedgerState", "plain data of one query"),
    ("read/facts/live.rs Live", "plain data of one query"),
    ("read/facts/live.rs LiveObject", "plain data of one query"),
    ("read/facts/record.rs Record", "plain data of one query"),
    ("read/ledger_history.rs HistoryDefinition", "plain data of one query"),
    ("words/options.rs Options", "the choices of a caller, one by one"),
    ("words/report.rs Report", "what a caller gets, and its JSON"),
    ("words/status.rs Status", "what a caller gets, and its JSON"),
];

/// A function or a struct with fields as rustfmt lays it out: its name, and the lines from its head to its brace.
struct Block<'t> {
    name: &'t str,
    lines: Vec<&'t str>,
}

/// The blocks of a text that begin with this keyword.
fn blocks<'t>(text: &'t str, keyword: &str) -> Vec<Block<'t>> {
    let lines: Vec<&str> = text.lines().collect();
    let begun = lines.iter().enumerate().filter_map(|(start, line)| {
        let code = line.trim_start();
        let (before, behind) = code.split_once(keyword).filter(|_| !code.starts_with("//"))?;
        let plain = |word: &str| word.starts_with("pub") || ["const", "async", "unsafe"].contains(&word);
        let name = behind.split(|c: char| !(c.is_alphanumeric() || c == '_')).next()?;
        before.split_whitespace().all(plain).then_some((start, &line[..line.len() - code.len()], name))
    });
    let whole = begun.filter_map(|(start, indent, name)| {
        let end = |line: &&str| line.strip_prefix(indent).is_some_and(|rest| rest == "}");
        let one_line = lines[start].ends_with(['}', ';']);
        let length = if one_line { 1 } else { lines[start..].iter().position(end)? + 1 };
        Some(Block { name, lines: lines[start..start + length].to_vec() })
    });
    whole.collect()
}

/// Each block of every file of `src`, as `set/bundle.rs Object`.
fn each(keyword: &str, mut told: impl FnMut(String, &Block<'_>)) {
    let root = package().join("src");
    for file in sources(&root) {
        let text = fs::read_to_string(&file).unwrap();
        for block in blocks(&text, keyword) {
            told(format!("{} {}", shown(&root, &file), block.name), &block);
        }
    }
}

fn shown(root: &Path, file: &Path) -> String {
    file.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/")
}

/// How many lines within its braces name a field.
fn fields(block: &Block<'_>) -> usize {
    let field = |line: &&&str| {
        let code = line.trim_start();
        let (name, _) = code.split_once(": ").unwrap_or_default();
        !code.starts_with(['/', '#']) && !name.is_empty()
    };
    block.lines.iter().skip(1).filter(field).count()
}

#[test]
fn a_function_has_at_most_sixty_lines() {
    let (mut seen, mut long) = (0, Vec::new());
    each("fn ", |name, block| {
        seen += 1;
        if block.lines.len() > LINES {
            long.push(format!("{name}: {} lines", block.lines.len()));
        }
    });
    assert!(seen > 1500, "the functions were read: {seen}");
    assert!(long.is_empty(), "{long:#?}");
}

#[test]
fn a_struct_has_at_most_twelve_fields_unless_it_is_plain_data() {
    let (mut seen, mut wide) = (0, Vec::new());
    each("struct ", |name, block| {
        seen += 1;
        if fields(block) > FIELDS {
            wide.push(name);
        }
    });
    assert!(seen > 200, "the structs were read: {seen}");
    let mut known = WIDE.map(|(name, _)| name);
    known.sort_unstable();
    wide.sort();
    assert_eq!(wide, known);
}

#[test]
fn a_block_ends_with_its_brace() {
    let text = "impl A {\n    pub const fn a(&self) -> u8 {\n        if b {\n        }\n    }\n}\nfn c() {}\n// fn d() {\n\
                pub struct E {\n    /// f: g\n    #[serde(h: i)]\n    pub j: K,\n    l: M,\n}\nstruct N;\n";
    let lengths = |keyword| blocks(text, keyword).iter().map(|b| (b.name, b.lines.len())).collect::<Vec<_>>();
    assert_eq!(lengths("fn "), [("a", 4), ("c", 1)]);
    assert_eq!(lengths("struct "), [("E", 6), ("N", 1)]);
    assert_eq!(fields(&blocks(text, "struct ")[0]), 2);
}
