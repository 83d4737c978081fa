//! Where two things meet: drift and releases, several projects, roles with few rights, names that mean two things, locks.

use std::time::Duration;

use viewkeeper::report::Verb;
use viewkeeper::{Drift, ErrorKind, Foreign, Prune};

use crate::foreign::{genes, wider};
use crate::support::{Case, Files, major, project};

#[test]
fn a_view_that_moved_to_another_project_is_not_pruned_by_the_first() {
    let mut case = Case::applied(&genes());
    let without = genes().without("views/gene_count.sql");
    case.run(&without);
    let other = project("other")
        .file("views/gene_count.sql", "create view gene_count as select count(id) as n from gene_list;\n");
    case.run(&other);
    case.run(&without.clone().file("views/more.sql", "create view more as select 1 as one;\n"));
    assert_eq!(
        case.column("select to_regclass('gene_count') is not null"),
        ["t"],
        "it is the other project's"
    );
}

#[test]
fn a_new_view_may_read_a_foreign_one_that_is_put_back() {
    let mut case = Case::applied(&genes());
    case.by_hand(
        "create schema bi; create view bi.upper as select id, upper(symbol) as symbol from gene_list",
    );
    let next = wider().file("views/a_new.sql", "create view a_new as select symbol from bi.upper;\n");
    case.run(&next);
}

#[test]
fn a_foreign_view_may_have_the_name_of_a_table() {
    let mut case = Case::applied(&genes());
    case.by_hand("create schema bi; create view bi.genes as select id from gene_list");
    case.by_hand("create view bi.report as select g.score, l.symbol from public.genes g join gene_list l on l.id = g.id");
    case.run(&wider());
    case.obeys_the_laws(&wider());
}

#[test]
fn a_default_of_a_foreign_table_comes_back() {
    let mut case = Case::applied(&genes());
    case.by_hand("create foreign data wrapper nothing; create server nowhere foreign data wrapper nothing");
    case.by_hand("create foreign table far (n int) server nowhere");
    case.by_hand(
        "create function top() returns int begin atomic select count(score)::int from gene_list; end",
    );
    case.by_hand("alter foreign table far alter column n set default top()");
    case.run(&wider());
    case.obeys_the_laws(&wider());
}

#[test]
fn a_view_renamed_by_hand_is_drift_that_can_be_refused() {
    let mut case = Case::applied(&genes());
    case.damage("alter view gene_count rename to gene_number");
    let error = genes().migrator().drift(Drift::Refuse).run(&mut case.client);
    assert!(error.as_ref().is_err_and(|error| error.kind() == ErrorKind::Refused), "{error:?}");
}

#[test]
fn a_view_renamed_by_hand_is_drift_that_can_be_reported() {
    let mut case = Case::applied(&genes());
    case.damage("alter view gene_count rename to gene_number");
    let report = genes().migrator().drift(Drift::Report).run(&mut case.client).unwrap();
    assert_eq!(case.column("select to_regclass('gene_number') is not null"), ["t"], "{report}");
}

#[test]
fn drift_that_is_reported_survives_a_rebuild_below_it() {
    let mut case = Case::applied(&genes());
    case.damage("create or replace view gene_count as select count(id) + 1000 as n from gene_list");
    let report = wider().migrator().drift(Drift::Report).run(&mut case.client).unwrap();
    let text = case.column("select pg_get_viewdef('gene_count'::regclass)").remove(0);
    assert!(text.contains("1000"), "{text}\n{report}");
}

#[test]
fn a_retired_view_is_not_foreign() {
    let mut case = Case::applied(&genes());
    let next = wider().without("views/gene_count.sql");
    let report = next.migrator().foreign(Foreign::Refuse).run(&mut case.client);
    assert!(report.is_ok(), "{}", report.unwrap_err());
}

#[test]
fn a_grantor_who_may_not_use_the_schema_any_more_does_not_stop_the_run() {
    let mut case = Case::applied(&genes());
    let (alice, bob) = (case.role("alice", &[]), case.role("bob", &[]));
    case.damage(&format!("grant select on gene_list to {alice} with grant option; set role {alice}; grant select on gene_list to {bob}; reset role; revoke usage on schema public from public"));
    let result = wider().migrator().run(&mut case.client);
    case.damage(&format!(
        "drop owned by {alice} cascade; drop owned by {bob}; drop role {bob}; drop role {alice}"
    ));
    assert!(result.is_ok(), "{}", result.unwrap_err());
}

#[test]
fn a_foreign_materialized_view_keeps_the_options_of_its_toast_table() {
    let mut case = Case::applied(&genes());
    case.by_hand("create materialized view names with (toast.autovacuum_enabled = false) as select symbol from gene_list");
    case.run(&wider());
    case.obeys_the_laws(&wider());
}

fn textual() -> Files {
    genes().file("migrations/V2__score.sql", "alter table genes alter column score type float8;\n")
}

/// The views that a run has locked when it comes to the one that a reader holds.
fn locked_before(case: &mut Case, next: &Files, held: &str, prune: Prune) -> Vec<String> {
    let mut reader = case.database.connect().unwrap();
    let mut run = case.database.connect().unwrap();
    let mut holder = reader.transaction().unwrap();
    // A lock on this one view; LOCK TABLE would take what it stands on, too.
    holder.batch_execute(&format!("comment on view {held} is 'held'")).unwrap();
    let migrator = next.migrator().prune(prune).lock_timeout(Duration::from_secs(4));
    let running =
        std::thread::spawn(move || migrator.run(&mut run).map(drop).map_err(|error| error.to_string()));
    let mut locked = None;
    for _ in 0..40 {
        std::thread::sleep(Duration::from_millis(50));
        let waits = "select 1 from pg_locks where not granted and relation = to_regclass('gene_count') and mode = 'AccessExclusiveLock'";
        if !case.column(waits).is_empty() {
            locked = Some(case.column(
                "select c.relname from pg_locks l join pg_class c on c.oid = l.relation
                  where l.granted and l.mode = 'AccessExclusiveLock' and c.relkind = 'v'
                    and c.relnamespace = 'public'::regnamespace order by 1",
            ));
            break;
        }
    }
    holder.rollback().unwrap();
    running.join().unwrap().unwrap();
    locked.expect("the run came to wait for the lock")
}

#[test]
fn pruned_views_are_locked_dependents_first() {
    let mut case = Case::applied(&genes());
    let next = genes().without("views/gene_count.sql").without("views/gene_list.sql");
    let locked = locked_before(&mut case, &next, "gene_count", Prune::Now);
    assert!(locked.is_empty(), "gene_count is locked first, and not {locked:?}");
}

#[test]
fn attachments_are_locked_dependents_first() {
    let stating = |files: Files| {
        files
            .file("views/gene_list.sql", "create view gene_list as select id, symbol, score from genes;\nalter view gene_list set (security_barrier = true);\n")
            .file("views/gene_count.sql", "create view gene_count as select count(id) as n from gene_list;\nalter view gene_count set (security_barrier = true);\n")
    };
    let mut case = Case::applied(&stating(genes()));
    case.damage(
        "alter view gene_list reset (security_barrier); alter view gene_count reset (security_barrier)",
    );
    let locked = locked_before(&mut case, &stating(genes()), "gene_count", Prune::NextRelease);
    assert!(locked.is_empty(), "gene_count is locked first, and not {locked:?}");
}

#[test]
fn a_rename_with_a_rebuild_needs_rights_that_are_told_beforehand() {
    let mut case = Case::applied(&genes());
    let next = wider().without("views/gene_count.sql").file("views/gene_number.sql", "-- viewkeeper: renamed-from gene_count\ncreate view gene_number as select count(id) as n from gene_list;\n");
    let plan = next.migrator().plan(&mut case.client).unwrap();
    let verbs: Vec<Verb> = plan.actions.iter().map(|action| action.verb).collect();
    assert_eq!(verbs, [Verb::Rename, Verb::Rebuild, Verb::Rebuild], "{plan}");
    let role = case.role("clerk", &[]);
    case.damage(&format!("grant usage, create on schema public to {role}; grant all on all tables in schema viewkeeper to {role}; grant usage, select on all sequences in schema viewkeeper to {role}; grant usage on schema viewkeeper to {role}; grant all on refinery_schema_history to {role}; set role {role}"));
    let error = next.migrator().run(&mut case.client);
    case.damage(&format!("reset role; drop owned by {role}; drop role {role}"));
    let error = error.unwrap_err();
    assert!(error.to_string().contains("lacks what the work needs"), "{error}");
}

#[test]
fn a_trigger_whose_function_we_may_not_execute_is_told_beforehand() {
    let mut case = Case::applied(&genes());
    let clerk = case.role("clerk", &[]);
    case.damage("create function stop() returns trigger language plpgsql as 'begin return null; end'");
    case.damage("create trigger stop instead of insert on gene_list for each row execute function stop()");
    case.damage(&format!("revoke execute on function stop() from public; grant usage, create on schema public to {clerk}; grant usage on schema viewkeeper to {clerk}; grant all on all tables in schema viewkeeper to {clerk}; grant all on all sequences in schema viewkeeper to {clerk}; grant all on refinery_schema_history, genes to {clerk}; alter view gene_list owner to {clerk}; alter view gene_count owner to {clerk}; set role {clerk}"));
    let error = wider().migrator().run(&mut case.client);
    case.damage(&format!(
        "reset role; reassign owned by {clerk} to current_user; drop owned by {clerk}; drop role {clerk}"
    ));
    let error = error.unwrap_err();
    assert!(error.to_string().contains("lacks what the work needs"), "{error}");
}

#[test]
fn a_materialized_view_is_refilled_with_the_names_that_its_role_knows() {
    let mut case = Case::applied(&genes());
    case.damage("create schema bi; create table bi.weights (w int); insert into bi.weights values (7)");
    case.damage("create function bi.weight() returns int language plpgsql stable as 'begin return (select max(w) from weights); end'");
    let database = case.column("select quote_ident(current_database())").remove(0);
    case.damage(&format!(
        "alter database {database} set search_path to bi, public; set search_path to bi, public"
    ));
    case.damage("create materialized view bi.weighted as select score, bi.weight() as w from public.genes");
    case.damage("insert into genes values (1, 'a', 2)");
    // Since 17 the server fills materialized views with a search_path of its own, whoever asks: nobody could refresh this one.
    if major() >= 17 {
        let error = case.refused(&textual());
        let told = "materialized view bi.weighted (relation \"weights\" does not exist, 42P01)";
        assert!(error.to_string().contains(told), "{error}");
        case.damage("alter function bi.weight() set search_path to bi");
    }
    case.run(&textual());
    assert_eq!(case.column("select w from bi.weighted"), ["7"]);
}
