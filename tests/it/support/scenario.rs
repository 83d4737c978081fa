//! Scenarios: what people, files and migrations do to a project, as a text.

use std::path::PathBuf;
use std::{fs, thread};

use viewkeeper::report::Verb;
use viewkeeper::{Drift, Report};

use super::{Case, Files, laws, project};

/// The table that every scenario begins with.
pub const GENES: &str = "create table app.genes (id bigint primary key, symbol text not null, score numeric not null);\n\
                     insert into app.genes select n, 'G' || n, n from generate_series(1, 100) n;\n";

/// Where the files of the scenarios are.
pub fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios")
}

/// The text of a scenario.
pub fn read(file: &str) -> String {
    let path = folder().join(file);
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    text.replace("\r\n", "\n")
}

/// Plays the scenario of a file, in a database of its own. It begins with a sentence on what is true in it; its steps are:
///
/// - `@file path` with the text below it, and `@without path`: edits of the project, which begins with the table app.genes;
/// - `@run verb name, verb name`: runs, and that is what is done to objects, or no matter what without the words;
/// - `@says words`: the report of the last run says so;
/// - `@refused words`: the run must fail with these words and change nothing; the edits since the last run are undone;
/// - `@damage` and `@by hand` with SQL below: what the run heals or what comes first, and what a person adds and keeps;
/// - `@drift name`: a run that refuses drift names the object, one that reports drift leaves it, and neither changes anything;
/// - `@keep query`: its answer is the same at the end as now;
/// - `@is answer` with a query below.
///
/// Each ends with the laws.
pub fn play(file: &str) {
    let text = read(file);
    let lines: Vec<&str> = text.trim_end().lines().collect();
    let begins: Vec<usize> = (0..lines.len()).filter(|line| lines[*line].starts_with('@')).collect();
    let mut scene = Scene::new();
    for (index, begin) in begins.iter().enumerate() {
        let _place = Place { file, line: begin + 1 };
        let end = begins.get(index + 1).copied().unwrap_or(lines.len());
        let head = lines[*begin][1..].trim();
        let (verb, words) = head.split_once(' ').unwrap_or((head, ""));
        scene.step(verb, words, &lines[begin + 1..end].join("\n"));
    }
    let _place = Place { file, line: lines.len() };
    scene.ends();
}

/// Says on which step a test failed.
struct Place<'a> {
    file: &'a str,
    line: usize,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            eprintln!("--> tests/scenarios/{}:{}", self.file, self.line);
        }
    }
}

struct Scene {
    case: Case,
    files: Files,
    /// The files of the last run.
    applied: Option<Files>,
    report: Option<Report>,
    /// Queries, and what they have to answer at the end.
    kept: Vec<(String, Vec<String>)>,
}

impl Scene {
    fn new() -> Scene {
        let files = project("scenario")
            .file("viewkeeper.toml", "schema = \"app\"")
            .file("migrations/V1__genes.sql", GENES);
        Scene { case: Case::new(), files, applied: None, report: None, kept: Vec::new() }
    }

    fn step(&mut self, verb: &str, words: &str, body: &str) {
        match verb {
            "file" => self.files = self.files.clone().file(words, body),
            "without" => self.files = self.files.clone().without(words),
            "run" => self.run(words),
            "says" => {
                let report = self.shown();
                assert!(report.contains(words), "{words} is not in {report}");
            }
            "refused" => {
                let error = self.case.refused(&self.files);
                let text = format!("{error:?}");
                assert!(text.contains(words), "{words} is not in {text}");
                self.files = self.applied.clone().expect("a run before");
            }
            "damage" => self.case.damage(body),
            "by" if words == "hand" => self.case.by_hand(body),
            "drift" => self.drift(words),
            "keep" => {
                let answer = self.case.column(words);
                self.kept.push((words.to_owned(), answer));
            }
            "is" => assert_eq!(self.case.column(body).join(" "), words, "{body}\n{}", self.shown()),
            _ => panic!("no step: @{verb} {words}"),
        }
    }

    fn run(&mut self, words: &str) {
        let plan =
            self.files.migrator().plan(&mut self.case.client).unwrap_or_else(|error| panic!("{error:?}"));
        serde_json::to_string(&plan).unwrap();
        let done = self.case.run(&self.files);
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
        self.applied = Some(self.files.clone());
        self.report = Some(done);
    }

    fn drift(&mut self, name: &str) {
        let before = laws::schema(&self.case.database);
        let refused = self.files.migrator().drift(Drift::Refuse).run(&mut self.case.client).unwrap_err();
        assert!(format!("{refused:?}").contains(name), "{name} is not in {refused:?}");
        let report = self.files.migrator().drift(Drift::Report).run(&mut self.case.client).unwrap();
        let left = |verb, object: &str| verb == Verb::Leave && object == name;
        assert!(report.objects.iter().any(|object| left(object.verb, &object.object.name)), "{report}");
        similar_asserts::assert_eq!(before, laws::schema(&self.case.database));
    }

    /// The report of the last run.
    fn shown(&self) -> String {
        self.report.as_ref().map(ToString::to_string).unwrap_or_default()
    }

    fn ends(mut self) {
        for (query, answer) in std::mem::take(&mut self.kept) {
            assert_eq!(self.case.column(&query), answer, "{query}\n{}", self.shown());
        }
        self.case.obeys_the_laws(&self.files);
    }
}
