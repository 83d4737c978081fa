//! Drift of every kind of object.

use viewkeeper::Drift;
use viewkeeper::report::Verb;

use super::{FIRST, scores};
use crate::support::{Case, laws};

#[test]
fn drift_of_every_kind_is_reported_refused_and_healed() {
    let touch = "create function touch() returns trigger language plpgsql as 'begin return new; end';\n\
                 create trigger touch_genes before insert on genes for each row execute function touch();";
    let project = scores(FIRST).file("functions/touch.sql", touch);
    for (damage, name) in [
        (
            "drop view app.v; drop materialized view app.m; create materialized view app.m as select id, 1 as score from app.genes; create view app.v as select id from app.m",
            "m",
        ),
        ("drop index app.m_key", "m"),
        ("alter materialized view app.m rename column score to points", "m"),
        (
            "create or replace function app.weigh(n numeric) returns numeric language sql immutable as 'select n'",
            "weigh",
        ),
        ("alter function app.weigh volatile", "weigh"),
        ("drop trigger touch_genes on app.genes", "touch_genes"),
        (
            "create or replace trigger touch_genes before update on app.genes for each row execute function app.touch()",
            "touch_genes",
        ),
    ] {
        let mut case = Case::applied(&project);
        case.damage(damage);
        let before = laws::schema(&case.database);
        let error = project.migrator().drift(Drift::Refuse).run(&mut case.client).unwrap_err();
        assert!(format!("{error:?}").contains(name), "{damage}: {error:?}");
        let report = project.migrator().drift(Drift::Report).run(&mut case.client).unwrap();
        assert!(
            report.objects.iter().any(|object| object.verb == Verb::Leave && object.object.name == name),
            "{damage}: {report}"
        );
        similar_asserts::assert_eq!(before, laws::schema(&case.database), "{damage}");
        let report = case.run(&project);
        assert!(report.objects.iter().any(|object| object.object.name == name), "{damage}: {report}");
        case.obeys_the_laws(&project);
    }
}
