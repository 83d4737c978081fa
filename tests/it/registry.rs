//! The discovery: every kind of object, told so that it can be made anew.

use postgres::Client;
use viewkeeper::schema::{Ignore, ItemKind, Registry};

use crate::support::golden::golden;
use crate::support::{Case, Files, laws, project};

const ROLES: &str = include_str!("zoo/roles.sql");
const KINDS: &str = include_str!("registry/kinds.sql");
const ODD: &str = include_str!("registry/odd.sql");

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

fn discovered(client: &mut Client) -> Registry {
    every_kind().migrator().discover(client).unwrap_or_else(|error| panic!("{error:?}"))
}

fn json(registry: &Registry) -> String {
    serde_json::to_string_pretty(registry).unwrap()
}

#[test]
pub fn every_kind_is_found_and_nothing_of_ours() {
    let mut case = inhabited();
    let registry = discovered(&mut case.client);
    for kind in ItemKind::ALL {
        assert!(registry.of_kind(kind).next().is_some(), "no {kind} in\n{registry}");
    }
    assert!(!json(&registry).contains("viewkeeper") && !json(&registry).contains("refinery"), "{registry}");
    case.obeys_the_laws(&every_kind());
}

#[test]
fn a_snapshot_is_read_back_as_it_was_written() {
    let mut case = inhabited();
    let registry = discovered(&mut case.client);
    let again: Registry = serde_json::from_str(&json(&registry)).unwrap();
    assert_eq!((again.postgres, &again.items), (registry.postgres, &registry.items));
    // Other majors write other words.
    if registry.postgres == 15 {
        golden("registry/kinds.json", &json(&registry));
    }
    let mut other = inhabited();
    similar_asserts::assert_eq!(json(&registry), json(&discovered(&mut other.client)));
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
    let registry = discovered(&mut case.client);
    let named = [
        "operator class public.ints USING btree",
        "operator family public.ints USING btree",
        "user mapping public on server nowhere",
    ];
    assert_eq!(registry.left_out, named);
    let shown = registry.to_string();
    assert!(shown.contains(named[0]) && !shown.contains("unsaid"), "{shown}");
    let differences = registry.differences(&registry, &Ignore::new([""; 0]));
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
    let registry = discovered(&mut case.client);
    let nothing = project("kinds").file("migrations/V1__kinds.sql", "select 1;\n");
    let mut fresh = Case::new();
    fresh.run(&nothing);
    for item in registry.in_order() {
        // What a table's own definition holds of a column is not sent again.
        let about = matches!(item.id.kind, ItemKind::Owner | ItemKind::Grant | ItemKind::Comment);
        if let Some(statements) = if about { Some(&*item.definition) } else { item.in_script() } {
            fresh.by_hand(statements);
        }
    }
    similar_asserts::assert_eq!(json(&registry), json(&discovered(&mut fresh.client)));
    similar_asserts::assert_eq!(
        discovered: laws::schema(&case.database),
        made_of_it: laws::schema(&fresh.database)
    );
    case.obeys_the_laws(&files);
    fresh.obeys_the_laws(&nothing);
}
