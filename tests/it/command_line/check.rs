//! `check`: baselines, summaries, and what it may not do.

use std::fs;

use super::{app, superseded};
use crate::support::cli::Place;

const HAND: &str =
    "create or replace view a as select id, upper(name) as name from t; insert into t values (-1, 'x')";

#[test]
fn a_baseline_accepts_what_is_known_and_nothing_else() {
    let place = Place::applied(&app());
    let cli = place.cli();
    place.by_hand(HAND);
    cli.run(&["check"], 1);
    assert!(cli.run(&["check", "--baseline", "known.txt"], 2).contains("cannot read \"known.txt\""));

    let written = cli.run(&["check", "--baseline", "known.txt", "--write-baseline"], 0);
    let known = "app: in sync, 2 objects, 2 differences known\n  \
                 known     altered view public.a\n  known     failed sql/checks/ids_are_positive.sql\n";
    assert_eq!(written, known);
    let file = place.folder.path().join("known.txt");
    let text = fs::read_to_string(&file).unwrap();
    assert_eq!(
        text,
        "# Differences that `viewkeeper check --baseline` does not fail for, one a line.\n\
         altered view public.a\nfailed sql/checks/ids_are_positive.sql\n"
    );
    assert_eq!(cli.run(&["check", "--baseline", "known.txt"], 0), known);

    place.by_hand("drop view b");
    let more = cli.run(&["check", "--baseline", "known.txt"], 1);
    assert!(
        more.starts_with("app: 1 difference (1 missing), 2 differences known\n  missing   view public.b"),
        "{more}"
    );

    cli.run(&["apply"], 0);
    let healed = cli.run(&["check", "--baseline", "known.txt"], 0);
    assert!(
        healed.contains("warning: the baseline's \"altered view public.a\" is true no more: take it out"),
        "{healed}"
    );
    let json = cli.json(&["check", "--baseline", "known.txt"], 0);
    assert_eq!(json["known"], serde_json::json!(["failed sql/checks/ids_are_positive.sql"]));
    assert_eq!(json["in_sync"][0], serde_json::json!({"kind": "view", "object": "public.a"}));
}

#[test]
fn a_summary_is_appended_in_markdown() {
    let place = Place::new(&app());
    let cli = place.cli();
    let file = place.folder.path().join("summary.md");
    fs::write(&file, "# run\n").unwrap();
    cli.run(&["check", "--summary", "summary.md"], 1);
    cli.run(&["apply"], 0);
    place.by_hand(HAND);
    cli.run(&["check", "--summary", "summary.md"], 1);
    assert_eq!(
        fs::read_to_string(&file).unwrap(),
        "# run\n\
         ### ❌ app: 3 differences (1 pending, 2 missing)\n\n| | | |\n|---|---|---|\n\
         | pending | V1__t |  |\n| missing | view `public.a` | new in sql/views/a.sql |\n\
         | missing | view `public.b` | new in sql/views/b.sql |\n\
         ### ❌ app: 2 differences (1 altered, 1 failed, 1 in sync)\n\n| | | |\n|---|---|---|\n\
         | altered | view `public.a` | definition changed by hand |\n\
         | failed | `sql/checks/ids_are_positive.sql` | 1 row |\n"
    );
}

/// EXCLUSIVE is refused to everybody but those who only ask for ACCESS SHARE. The ledger's views are left out: to lock one
/// is to lock the catalogs that it reads.
#[test]
fn a_check_takes_no_lock_above_access_share() {
    let place = Place::applied(&app());
    let cli = place.cli();
    place.by_hand(HAND);
    let mut client = place.database.connect().unwrap();
    let locks: String = client
        .query_one(
            "select string_agg(format('lock table %s in exclusive mode', oid::regclass), '; ')
               from pg_class
              where relkind in ('r', 'v') and relnamespace = 'public'::regnamespace
                 or relkind = 'r' and relnamespace = 'viewkeeper'::regnamespace",
            &[],
        )
        .unwrap()
        .get(0);
    let mut holder = client.transaction().unwrap();
    holder.batch_execute(&locks).unwrap();
    let checked = cli.run(&["check"], 1);
    assert!(checked.contains("altered   view public.a"), "{checked}");
    cli.run(&["status"], 1);
    holder.rollback().unwrap();
}

#[test]
fn a_check_needs_no_ownership() {
    let place = Place::applied(&app());
    let mut cli = place.cli();
    place.by_hand(HAND);
    let reader = format!("reader_{}", std::process::id());
    place.by_hand(&format!(
        "create role {reader} login password 'reader'; grant select on all tables in schema public to {reader}"
    ));
    let at = cli.url.rfind('@').unwrap();
    cli.url = format!("postgresql://{reader}:reader{}", &cli.url[at..]);
    let checked = cli.run(&["check"], 1);
    assert!(
        checked.contains("altered   view public.a") && checked.contains("failed    sql/checks"),
        "{checked}"
    );
    let status = cli.run(&["status"], 1);
    assert!(status.contains("which is this one"), "{status}");
    place.by_hand(&format!("drop owned by {reader}; drop role {reader}"));
}

#[test]
fn a_superseded_binary_still_says_what_differs() {
    let place = superseded();
    let cli = place.cli();
    let checked = cli.run(&["check"], 1);
    assert!(checked.contains("outdated  view public.b"), "{checked}");
    let status = cli.run(&["status"], 1);
    assert!(
        status.contains("superseded: release ") && status.contains("built later than this binary"),
        "{status}"
    );
}
