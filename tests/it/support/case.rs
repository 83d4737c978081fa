//! A test against a database: runs, statements by hand, and the laws at the end.

use postgres::Client;
use viewkeeper::report::{Outcome, Verb};
use viewkeeper::testing::Database;
use viewkeeper::{Error, Report};

use super::{Files, laws, server};

/// A database in which a project is applied.
pub struct Case {
    pub database: Database,
    pub client: Client,
    /// What a person added and must still be there: done again on the fresh install that the result is compared with.
    hand: Vec<String>,
}

impl Case {
    pub fn new() -> Self {
        let database = server().database().unwrap_or_else(|error| panic!("{error}"));
        let client = database.connect().unwrap_or_else(|error| panic!("{error}"));
        Case { database, client, hand: Vec::new() }
    }

    /// A database in which this project was applied.
    pub fn applied(project: &Files) -> Self {
        let mut case = Case::new();
        case.run(project);
        case
    }

    /// Runs; fails the test when it fails.
    pub fn run(&mut self, project: &Files) -> Report {
        project.migrator().run(&mut self.client).unwrap_or_else(|error| panic!("the run failed: {error:?}"))
    }

    /// Runs a project that must be refused, with nothing changed (law 4).
    pub fn refused(&mut self, project: &Files) -> Error {
        let before = laws::everything(&self.database);
        let error = match project.migrator().run(&mut self.client) {
            Ok(report) => panic!("the run succeeded:\n{report}"),
            Err(error) => error,
        };
        similar_asserts::assert_eq!(
            before,
            laws::everything(&self.database),
            "after an error nothing is changed"
        );
        error
    }

    /// Does damage that the next run must heal.
    pub fn damage(&mut self, sql: &str) {
        self.client.batch_execute(sql).unwrap_or_else(|error| panic!("{sql}: {error:?}"));
    }

    /// Adds what a person may add and must keep.
    pub fn by_hand(&mut self, sql: &str) {
        self.damage(sql);
        self.hand.push(sql.to_owned());
    }

    /// Makes a role of the test's own, with these rights.
    pub fn role(&mut self, name: &str, rights: &[&str]) -> String {
        let database =
            self.column("select oid from pg_database where datname = current_database()").remove(0);
        let role = format!("{name}_{database}");
        self.damage(&format!("create role {role}"));
        rights.iter().for_each(|right| self.damage(&format!("grant {right} to {role}")));
        role
    }

    /// The first column of a query's rows, as text.
    pub fn column(&mut self, sql: &str) -> Vec<String> {
        let rows = self.client.simple_query(sql).unwrap_or_else(|error| panic!("{sql}: {error:?}"));
        rows.iter()
            .filter_map(|message| match message {
                postgres::SimpleQueryMessage::Row(row) => Some(row.get(0).unwrap_or("null").to_owned()),
                _ => None,
            })
            .collect()
    }

    /// Runs after damage: it must be healed, and each named object must be what was done, in this order.
    pub fn heals(&mut self, project: &Files, expected: &[(Verb, &str, &str)]) -> Report {
        let report = self.run(project);
        assert_eq!(report.outcome, Outcome::Healed, "{report}");
        expect(&report, expected);
        report
    }

    /// Ends the test: the laws of the design's section 11.
    pub fn obeys_the_laws(mut self, project: &Files) {
        laws::equals_a_fresh_install(&self.database, project, &self.hand);
        laws::second_run_is_a_no_op(&self.database, &mut self.client, project);
    }
}

/// The objects of a report: what was done, the name, and words of the reason.
pub fn expect(report: &Report, expected: &[(Verb, &str, &str)]) {
    let done: Vec<_> = report
        .objects
        .iter()
        .map(|object| (object.verb, object.object.name.as_str(), object.reason.as_str()))
        .collect();
    let fits = done.len() == expected.len()
        && done.iter().zip(expected).all(|(done, expected)| {
            done.0 == expected.0 && done.1 == expected.1 && done.2.contains(expected.2)
        });
    assert!(fits, "expected {expected:#?}\nfound {done:#?}");
}

/// What was done to an object by hand is healed, and so.
pub fn is_healed(project: &Files, damage: &str, object: &str, verb: Verb) {
    let mut case = Case::applied(project);
    case.damage(damage);
    let report = case.run(project);
    assert_eq!(report.outcome, Outcome::Healed, "{report}");
    assert_eq!(only(&report, object).0, verb, "{report}");
    case.obeys_the_laws(project);
}

/// What was done to the object of this name, and why.
pub fn only(report: &Report, name: &str) -> (Verb, String) {
    let done = report.objects.iter().find(|object| object.object.name == name);
    done.map(|object| (object.verb, object.reason.clone())).unwrap_or_else(|| panic!("{report}"))
}
