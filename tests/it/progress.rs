//! What an observer is told.

use std::sync::{Arc, Mutex};

use crate::support::{Case, project};

#[test]
fn an_observer_is_told_what_begins() {
    let told: Arc<Mutex<Vec<String>>> = Arc::default();
    let files = project("app")
        .file("migrations/V1__t.sql", "create table t (id int primary key);\n")
        .file("migrations/V2__u.sql", "create table u (id int primary key);\n")
        .file("views/a.sql", "create view a as select id from t;\n")
        .file("views/m.sql", "create materialized view m as select id from a;\n");
    let run = |files: &crate::support::Files, case: &mut Case| {
        let listener = Arc::clone(&told);
        let migrator = files.migrator().observer(move |progress| {
            listener.lock().unwrap().push(progress.to_string());
        });
        migrator.run(&mut case.client).unwrap();
        std::mem::take(&mut *told.lock().unwrap())
    };
    let mut case = Case::new();
    let first = run(&files, &mut case);
    assert_eq!(
        first,
        ["migrating V1__t (1 of 2)", "migrating V2__u (2 of 2)", "comparing 2 objects", "changing 2 objects"]
    );
    // A run with nothing to do has nothing to tell.
    assert_eq!(run(&files, &mut case), [""; 0]);
    let files = files
        .file("views/m.sql", "create materialized view m as select id, id as same from a;\n")
        .file("views/n.sql", "create materialized view n as select id from t;\n")
        .file("migrations/V3__w.sql", "insert into t values (1);\n");
    let second = run(&files, &mut case);
    assert_eq!(
        second,
        [
            "migrating V3__w",
            "comparing 2 objects",
            "building beside the old ones: 2 objects",
            "changing 2 objects"
        ]
    );
    case.obeys_the_laws(&files);
}
