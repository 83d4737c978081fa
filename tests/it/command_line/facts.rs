//! `plan --facts`: what a plan is decided on, as a file.

use serde_json::Value;

use super::app;
use crate::support::cli::Place;

const REPORT: &str =
    "create view public.report as select id, 'hush' as secret from a; comment on view report is 'hush';";

fn facts(place: &Place, arguments: &[&str], exit: i32) -> Value {
    let file = place.folder.path().join("facts.json");
    let file = file.to_str().unwrap();
    place.cli().run(&[&["plan", "--facts", file], arguments].concat(), exit);
    serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap()
}

#[test]
fn facts_hold_the_files_and_hashes_of_foreign_texts() {
    let place = Place::applied(&app());
    place.by_hand(REPORT);
    place.folder.write("sql/views/a.sql", "create view a as\nselect name, id from t;\n");
    let short = facts(&place, &[], 1);
    assert_eq!(short["project"]["files"]["views/b.sql"], "create view b as\nselect id from a;\n");
    assert_eq!(short["facts"]["recorded"]["objects"][0]["identity"], "public.a");
    let of_report = |facts: &Value| {
        let dependents = facts["facts"]["answers"]["dependents"].as_array().unwrap().clone();
        dependents.into_iter().find(|saved| saved["identity"] == "public.report").unwrap()
    };
    assert!(!short.to_string().contains("hush"), "{short}");
    assert!(of_report(&short)["create"][0].as_str().unwrap().starts_with("-- sha256 "));
    let full = facts(&place, &["--full"], 1);
    assert!(of_report(&full)["create"][0].as_str().unwrap().contains("hush"));
}

#[test]
fn facts_are_written_where_the_plan_is_an_error() {
    let place = Place::applied(&app());
    place.by_hand("create view public.report as select name from a");
    place.folder.write("sql/views/a.sql", "create view a as\nselect id from t;\n");
    let facts = facts(&place, &[], 2);
    assert_eq!(facts["facts"]["answers"]["shadows"][0]["refused"], false);
    assert!(facts["facts"]["answers"]["dependents"].as_array().unwrap().len() > 1);
}

#[test]
fn facts_are_written_where_nothing_is_to_be_done() {
    let place = Place::applied(&app());
    let facts = facts(&place, &[], 0);
    assert_eq!(facts["facts"]["recorded"]["objects"].as_array().unwrap().len(), 0);
    assert_eq!(facts["facts"]["recorded"]["managed"].as_array().unwrap().len(), 2);
}
