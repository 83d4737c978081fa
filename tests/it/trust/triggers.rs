//! A neighbour's triggers on the project's tables.

use super::put_back::{beside, calls};
use crate::support::Case;

/// The server runs it in whatever session writes into the table; so a run says whose it is.
#[test]
fn a_migration_warns_of_a_neighbours_trigger() {
    let mut case = Case::applied(&calls("a"));
    let neighbour = beside(&mut case);
    case.by_hand(&format!("grant trigger on app.t to {}", neighbour.role));
    neighbour.does(
        &mut case,
        "create function public.fires() returns trigger language plpgsql as 'begin return new; end'; \
         create function public.asks(int) returns boolean language sql as 'select true'; \
         create trigger fires before insert on app.t for each row when (public.asks(new.id)) \
           execute function public.fires()",
    );
    let role = &neighbour.role;
    let report = case.run(&calls("b"));
    assert!(report.warnings.is_empty(), "no migration is pending: {report}");
    let next = calls("b").file("migrations/V2__row.sql", "alter table app.t add column n int;\n");
    let report = case.run(&next);
    for function in ["public.asks(integer)", "public.fires()"] {
        let words =
            format!("trigger fires on app.t runs function {function} of role {role}, which is not trusted");
        assert!(report.warnings.iter().any(|warning| warning.starts_with(&words)), "{report}");
    }
    assert_eq!(report.warnings.len(), 2, "{report}");
    case.obeys_the_laws(&next);
}
