//! Triggers on tables and views.

use viewkeeper::report::{Outcome, Verb};

use crate::support::case::{self, only};
use crate::support::cases::cases;
use crate::support::{Case, Files, project as named};

const TOUCH: &str = "create function touch() returns trigger language plpgsql as $$\n\
                     begin\n  new.touched := now();\n  return new;\nend $$";

fn genes() -> Files {
    named("triggers")
        .file("viewkeeper.toml", "schema = \"app\"")
        .file(
            "migrations/V1__genes.sql",
            "create table app.genes (id bigint primary key, symbol text not null, touched timestamptz);\n\
             insert into app.genes select n, 'G' || n from generate_series(1, 10) n;",
        )
        .file("functions/touch.sql", TOUCH)
}

const TRIGGER: &str = "create trigger touch_genes before update on genes for each row execute function touch();\n\
                       comment on trigger touch_genes on genes is 'when';";

fn project() -> Files {
    genes().file("triggers/touch_genes.sql", TRIGGER)
}

#[test]
fn a_trigger_is_made_and_fires() {
    let project = project();
    let mut case = Case::applied(&project);
    case.damage("update app.genes set symbol = 'x' where id = 1");
    assert_eq!(case.column("select count(*) from app.genes where touched is not null"), ["1"]);
    case.obeys_the_laws(&project);
}

#[test]
fn a_changed_trigger_is_replaced_and_stays_disabled() {
    let mut case = Case::applied(&project());
    case.by_hand("alter table app.genes disable trigger touch_genes");
    let project = project().file(
        "triggers/touch_genes.sql",
        &TRIGGER.replace("before update", "before insert or update of symbol"),
    );
    let report = case.run(&project);
    assert_eq!(only(&report, "touch_genes").0, Verb::Replace, "{report}");
    case.obeys_the_laws(&project);
}

cases! { is_healed:
    a_dropped_trigger_is_created("drop trigger touch_genes on app.genes", Verb::Create);
    a_trigger_that_went_with_its_function_is_created("drop function app.touch cascade", Verb::Create);
    a_trigger_at_another_time_is_replaced(
        "create or replace trigger touch_genes after update on app.genes for each row execute function app.touch()",
        Verb::Replace,
    );
    a_renamed_trigger_gets_its_name_back("alter trigger touch_genes on app.genes rename to other", Verb::Rename);
    a_comment_that_was_removed_is_put_back("comment on trigger touch_genes on app.genes is null", Verb::Attach);
}

fn is_healed(damage: &str, verb: Verb) {
    case::is_healed(&project(), damage, "touch_genes", verb);
}

#[test]
fn the_file_can_say_when_it_fires() {
    let project = project().file(
        "triggers/touch_genes.sql",
        &format!("{TRIGGER}\nalter table genes enable always trigger touch_genes;"),
    );
    let mut case = Case::applied(&project);
    case.damage("alter table app.genes disable trigger touch_genes");
    let report = case.run(&project);
    assert_eq!(only(&report, "touch_genes").0, Verb::Attach, "{report}");
    case.obeys_the_laws(&project);
}

#[test]
fn a_constraint_trigger_is_rebuilt() {
    let with = |when: &str| {
        genes().file(
            "triggers/check_genes.sql",
            &format!(
                "create constraint trigger check_genes after {when} on genes deferrable initially deferred \
                 for each row execute function touch()"
            ),
        )
    };
    let mut case = Case::applied(&with("insert"));
    case.by_hand("comment on trigger check_genes on app.genes is 'mine'");
    let project = with("insert or update");
    let report = case.run(&project);
    assert_eq!(only(&report, "check_genes").0, Verb::Rebuild, "{report}");
    case.obeys_the_laws(&project);
}

#[test]
fn a_trigger_on_a_view_comes_back_with_it() {
    let with = |column: &str| {
        genes()
            .file("views/v.sql", &format!("create view v as select id, symbol{column} as symbol from genes"))
            .file(
                "functions/put.sql",
                "create function put() returns trigger language plpgsql as $$ begin \
                 update app.genes set symbol = new.symbol where id = new.id; return new; end $$",
            )
            .file(
                "triggers/put_v.sql",
                "create trigger put_v instead of update on v for each row execute function put()",
            )
    };
    let mut case = Case::applied(&with(""));
    case.damage("update app.v set symbol = 'changed' where id = 3");
    let project = with("::varchar(40)");
    let report = case.run(&project);
    assert_eq!(only(&report, "put_v").0, Verb::Rebuild, "{report}");
    case.damage("update app.v set symbol = 'again' where id = 3");
    assert_eq!(case.column("select symbol from app.genes where id = 3"), ["again"]);
    case.damage("drop view app.v cascade");
    let report = case.run(&project);
    assert_eq!(only(&report, "put_v").0, Verb::Create, "{report}");
    case.obeys_the_laws(&project);
}

#[test]
fn a_table_that_a_migration_replaces_gets_its_trigger_back() {
    let mut case = Case::applied(&project());
    let project = project().file(
        "migrations/V2__again.sql",
        "alter table app.genes rename to old; alter table app.old rename constraint genes_pkey to old_pkey;\n\
         create table app.genes (id bigint primary key, symbol text not null, touched timestamptz);\n\
         insert into app.genes select * from app.old; drop table app.old;",
    );
    let report = case.run(&project);
    let (verb, why) = only(&report, "touch_genes");
    assert!(verb == Verb::Create && why.contains("its table"), "{report}");
    case.obeys_the_laws(&project);
}

#[test]
fn partitions_have_clones_that_are_nobodys() {
    let project = named("triggers")
        .file("viewkeeper.toml", "schema = \"app\"")
        .file(
            "migrations/V1__t.sql",
            "create table app.genes (id bigint, symbol text, touched timestamptz) partition by range (id);\n\
             create table app.genes_1 partition of app.genes for values from (0) to (100);",
        )
        .file("functions/touch.sql", TOUCH)
        .file("triggers/touch_genes.sql", TRIGGER);
    let mut case = Case::applied(&project);
    case.damage("create table app.genes_2 partition of app.genes for values from (100) to (200)");
    let report = case.run(&project);
    assert_eq!(report.outcome, Outcome::UpToDate, "{report}");
    let project = project
        .file("triggers/touch_genes.sql", &TRIGGER.replace("before update", "before insert or update"));
    let report = case.run(&project);
    assert_eq!(only(&report, "touch_genes").0, Verb::Replace, "{report}");
    case.damage("drop table app.genes_2");
    case.obeys_the_laws(&project);
}

#[test]
fn a_file_that_is_gone_retires_the_trigger() {
    let mut case = Case::applied(&project());
    let report = case.run(&genes());
    assert_eq!(only(&report, "touch_genes").0, Verb::Retire, "{report}");
    let without = genes().file("views/x.sql", "create view x as select 1 as one");
    let report = case.run(&without);
    assert_eq!(only(&report, "touch_genes").0, Verb::Drop, "{report}");
    case.obeys_the_laws(&without);
}
