//! The discovery: every kind of object, told so that it can be made anew.

use postgres::Client;
use viewkeeper::schema::{Ignore, ItemKind, Snapshot};

use crate::support::golden::golden;
use crate::support::{Case, Files, laws, project};
use viewkeeper::schema::Schemas;

const ROLES: &str = include_str!("zoo/roles.sql");
const KINDS: &str = include_str!("snapshot/kinds.sql");
const ODD: &str = include_str!("snapshot/odd.sql");

/// A project whose one migration makes something of every kind.
pub fn every_kind() -> Files {
    project("kinds")
        .file("migrations/V1__kinds.sql", KINDS)
        .file("views/v.sql", "create view of_a_file as select 1 as one;\n")
}

fn inhabited() -> Case {
    let mut case = Case::new();
    case.damage(ROLES);
    case.run(&every_kind());
    case
}

fn discovered(client: &mut Client) -> Snapshot {
    every_kind().migrator().discover(client, &Schemas::All).unwrap_or_else(|error| panic!("{error:?}"))
}

fn json(snapshot: &Snapshot) -> String {
    serde_json::to_string_pretty(snapshot).unwrap()
}

#[test]
pub fn every_kind_is_found_and_nothing_of_ours() {
    let mut case = inhabited();
    let snapshot = discovered(&mut case.client);
    for kind in ItemKind::ALL {
        assert!(snapshot.of_kind(kind).next().is_some(), "no {kind} in\n{snapshot}");
    }
    assert!(!json(&snapshot).contains("viewkeeper") && !json(&snapshot).contains("refinery"), "{snapshot}");
    case.obeys_the_laws(&every_kind());
}

#[test]
fn a_snapshot_is_read_back_as_it_was_written() {
    let mut case = inhabited();
    let snapshot = discovered(&mut case.client);
    let again: Snapshot = serde_json::from_str(&json(&snapshot)).unwrap();
    assert_eq!((again.postgres, &again.items), (snapshot.postgres, &snapshot.items));
    // Other majors write other words.
    if snapshot.postgres == 15 {
        golden("snapshot/kinds.json", &json(&snapshot));
    }
    let mut other = inhabited();
    similar_asserts::assert_eq!(json(&snapshot), json(&discovered(&mut other.client)));
    case.obeys_the_laws(&every_kind());
    other.obeys_the_laws(&every_kind());
}

#[test]
fn what_is_no_item_is_named_and_not_passed_over() {
    let files = project("kinds");
    let mut case = Case::applied(&files);
    let empty = discovered(&mut case.client);
    assert!(empty.left_out.is_empty(), "{empty}");
    case.by_hand(
        "create operator class ints for type int using btree as operator 1 <, function 1 btint4cmp(int, int);
         create foreign data wrapper nothing;
         create server nowhere foreign data wrapper nothing;
         create user mapping for public server nowhere options (password 'unsaid')",
    );
    let snapshot = discovered(&mut case.client);
    let named = [
        "operator class public.ints USING btree",
        "operator family public.ints USING btree",
        "user mapping public on server nowhere",
    ];
    assert_eq!(snapshot.left_out, named);
    let shown = snapshot.to_string();
    assert!(shown.contains(named[0]) && !shown.contains("unsaid"), "{shown}");
    let differences = snapshot.differences(&snapshot, &Ignore::new([""; 0]));
    assert_eq!(differences.warnings, [format!("not compared: {}", named.join(", "))]);
    case.obeys_the_laws(&files);
}

#[test]
fn the_definitions_in_their_order_make_an_equal_database() {
    makes_an_equal_database(KINDS);
    makes_an_equal_database(ODD);
}

/// Sends what is discovered of a database to an empty one.
fn makes_an_equal_database(sql: &str) {
    let files = project("kinds").file("migrations/V1__kinds.sql", sql);
    let mut case = Case::new();
    case.damage(ROLES);
    case.run(&files);
    let snapshot = discovered(&mut case.client);
    let nothing = project("kinds").file("migrations/V1__kinds.sql", "select 1;\n");
    let mut fresh = Case::new();
    fresh.run(&nothing);
    for item in snapshot.in_order() {
        // What a table's own definition holds of a column is not sent again.
        let about = matches!(item.id.kind, ItemKind::Owner | ItemKind::Grant | ItemKind::Comment);
        if let Some(statements) = if about { Some(&*item.definition) } else { item.in_script() } {
            fresh.by_hand(statements);
        }
    }
    similar_asserts::assert_eq!(json(&snapshot), json(&discovered(&mut fresh.client)));
    similar_asserts::assert_eq!(
        discovered: laws::schema(&case.database),
        made_of_it: laws::schema(&fresh.database)
    );
    case.obeys_the_laws(&files);
    fresh.obeys_the_laws(&nothing);
}
