//! A materialized view that is built next to the old one, and then swapped.

use std::thread;
use std::time::Duration;

use postgres::{Client, NoTls};

use crate::support::scenario::GENES;
use crate::support::{Case, Files, laws, project};

/// A materialized view with a unique index and a view on it, and a function.
fn scores(query: &str) -> Files {
    project("scores")
        .file("viewkeeper.toml", "schema = \"app\"")
        .file("migrations/V1__genes.sql", GENES)
        .file(
            "functions/weigh.sql",
            "create function weigh(n numeric) returns numeric language sql immutable as 'select n * 2'",
        )
        .file(
            "views/m.sql",
            &format!("create materialized view m as {query};\ncreate unique index m_key on m (id);"),
        )
        .file("views/v.sql", "create view v as select id from m")
}

const FIRST: &str = "select id, weigh(score) as score from genes";
const SECOND: &str = "select id, weigh(score) + 1 as score from genes";

/// The schemas in which things are made that are moved at the switch.
const BUILDING: &str = "select nspname from pg_namespace where nspname like 'viewkeeper\\_scores\\_%'";

#[test]
fn without_create_on_the_database_it_is_filled_with_the_locks() {
    let mut case = Case::new();
    let database = case.column("select quote_ident(current_database())").remove(0);
    let owner = case.role("scores", &[&format!("create on database {database}")]);
    case.damage(&format!("set role {owner}"));
    case.run(&scores(FIRST));
    case.damage(&format!("reset role; revoke create on database {database} from {owner}; set role {owner}"));
    let oid = "select oid from pg_class where relname = 'm'";
    let before = case.column(oid);
    let plan = scores(SECOND).migrator().plan(&mut case.client).unwrap();
    assert!(plan.missing_rights.is_empty(), "{plan}");
    assert!(plan.actions.iter().all(|action| action.builds.is_empty()), "{plan}");
    case.run(&scores(SECOND));
    assert_ne!(case.column(oid), before);
    assert_eq!(case.column("select score from app.m where id = 1"), ["3"]);
    case.damage(&format!(
        "reset role; reassign owned by {owner} to current_user; drop owned by {owner}; drop role {owner}"
    ));
    case.run(&scores(SECOND));
    case.obeys_the_laws(&scores(SECOND));
}

#[test]
fn a_reader_of_the_old_one_is_given_way_to_and_what_is_built_stays() {
    let built = "select relfilenode from pg_class where relname = 'm' and relnamespace::regnamespace::text like 'viewkeeper\\_scores\\_%'";
    let mut case = Case::applied(&scores(FIRST));
    let mut reader = case.database.connect().unwrap();
    reader
        .batch_execute("set idle_in_transaction_session_timeout to '20s'; begin; select * from app.v")
        .unwrap();
    let url = case.database.url().to_owned();
    let run =
        thread::spawn(move || scores(SECOND).migrator().run(&mut Client::connect(&url, NoTls).unwrap()));
    let waiting = "select count(*) from pg_locks l join pg_class c on c.oid = l.relation where not l.granted and c.relname in ('m', 'v')";
    while case.column(waiting) == ["0"] {
        thread::sleep(Duration::from_millis(2));
    }
    thread::sleep(Duration::from_millis(400));
    // Nobody sees it before the switch, and nobody waits for it.
    assert_eq!(case.column(built), Vec::<String>::new());
    reader.batch_execute("commit").unwrap();
    let report = run.join().unwrap().unwrap();
    assert!(report.retries > 0, "{report}");
    assert_eq!(case.column("select score from app.m where id = 1"), ["3"]);
    assert_eq!(case.column(BUILDING), Vec::<String>::new());
    case.obeys_the_laws(&scores(SECOND));
}

#[test]
fn plans_and_rehearsals_tell_what_is_built_side_by_side_and_change_nothing() {
    let mut case = Case::applied(&scores(FIRST));
    case.by_hand("create index m_hand on app.m (score)");
    let before = laws::everything(&case.database);
    let plan = scores(SECOND).migrator().plan(&mut case.client).unwrap();
    let text = plan.to_string();
    for words in [
        "viewkeeper_scores_new_0",
        "create unique index m_key",
        "m_hand",
        "refresh materialized view",
        "analyze",
        "set schema app",
    ] {
        assert!(text.contains(words), "{words} is not in {text}");
    }
    let json = serde_json::to_value(&plan).unwrap();
    assert!(json["actions"][0]["builds"].as_array().is_some_and(|builds| !builds.is_empty()), "{json:#}");
    let rehearsal = scores(SECOND).migrator().rehearse(&mut case.client).unwrap();
    assert_eq!(rehearsal.report.objects.len(), 2, "{rehearsal}");
    similar_asserts::assert_eq!(before, laws::everything(&case.database));
    case.run(&scores(SECOND));
    case.obeys_the_laws(&scores(SECOND));
}
