//! Live objects as files: what is written, that the build accepts it, and that it makes the same objects again.

use std::fmt::Write as _;

use viewkeeper::{Export, Selection, Verb};

use crate::support::{Case, Files, laws, project};

const ROLES: &str = include_str!("zoo/roles.sql");

/// A database that somebody made without us: first what its tables need, then the tables by a migration, then the rest.
struct Grown {
    case: Case,
    /// The project with the tables' migration alone.
    tables: Files,
}

impl Grown {
    fn new(schema: &str, before: &str, tables: &str, objects: &str) -> Self {
        let tables = project("app")
            .file("viewkeeper.toml", &format!("name = \"app\"\nschema = \"{schema}\"\n"))
            .file("migrations/V1__tables.sql", tables);
        let mut case = Case::new();
        case.damage(ROLES);
        case.damage(before);
        case.boot(&tables);
        case.damage(objects);
        Grown { case, tables }
    }

    fn export(&mut self, selection: &Selection) -> Export {
        let export = self.tables.migrator().export_only(&mut self.case.client, selection);
        export.unwrap_or_else(|error| panic!("{error:?}"))
    }

    /// The project of the tables and of the exported files.
    fn project(&self, export: &Export) -> Files {
        let written = export.objects.iter().filter(|object| !object.in_project);
        written.fold(self.tables.clone(), |files, object| files.file(&object.file, &object.text))
    }

    /// The exported files are the objects: this database takes them over without a statement, an empty one becomes equal, and
    /// a second export has nothing to write.
    fn makes_the_round_trip(mut self, export: &Export) {
        let files = self.project(export);
        let before = laws::schema(&self.case.database);
        let report = self.case.boot(&files);
        let touched: Vec<String> = (report.objects.iter())
            .filter(|object| object.verb != Verb::Record)
            // Nobody knows from which text a default or a rule that was there before us was made.
            .filter(|object| !(object.verb == Verb::Attach && object.object.name == "editable"))
            .map(|object| {
                format!("{} {} {}: {}", object.verb.past(), object.kind, object.object, object.reason)
            })
            .collect();
        assert!(touched.is_empty(), "nothing is to be made or changed:\n{}", touched.join("\n"));
        assert_eq!(report.objects.len(), export.objects.len(), "{report}");
        similar_asserts::assert_eq!(before, laws::schema(&self.case.database), "taking over changes nothing");

        let mut other = Case::new();
        let report = other.boot(&files);
        assert!(report.warnings.is_empty(), "{report}");
        similar_asserts::assert_eq!(
            the_original: before,
            made_from_the_files: laws::schema(&other.database)
        );

        let again =
            files.migrator().export(&mut self.case.client).unwrap_or_else(|error| panic!("{error:?}"));
        let stray: Vec<&str> = (again.objects.iter().filter(|object| !object.in_project))
            .map(|object| object.file.as_str())
            .collect();
        assert!(stray.is_empty(), "{stray:?}");
        self.case.obeys_the_laws(&files);
    }
}

/// What was left out, as text.
fn left_out(export: &Export) -> String {
    export.left_out.iter().fold(String::new(), |mut text, left| {
        let _ = writeln!(text, "{left}");
        text
    })
}

#[test]
fn every_kind_of_object() {
    let mut grown = Grown::new(
        "app",
        include_str!("export/before.sql"),
        include_str!("export/tables.sql"),
        include_str!("export/objects.sql"),
    );
    let export = grown.export(&Selection::default().every_schema());
    assert_eq!(left_out(&export), "");
    grown.makes_the_round_trip(&export);
}
