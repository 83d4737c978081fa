//! What the server says beside its answers, as RAISE NOTICE of a migration does: it is logged as everything is, shown and not obeyed.

use log::Level;

use crate::support::ears::{Said, listen};
use crate::support::{Case, project};

/// A message that would begin a line of its own, and one that would give the terminal another title.
const RAISED: &str = "do $$ begin \
     raise notice E'one\\nviewkeeper: up to date'; \
     raise warning E'two \\u001b]0;x\\u0007 \\u202e' using detail = E'three\\rfour', hint = 'five'; \
     raise info 'six'; raise log 'seven'; raise debug 'eight'; \
     end $$;\n";

fn raised(heard: &[Said]) -> Vec<(Level, &str)> {
    let ours = heard.iter().filter(|(_, target, _)| target == "viewkeeper::notice");
    ours.map(|(level, _, text)| (*level, text.as_str())).collect()
}

/// Nothing is logged beside that as it stands, but the statements themselves, which the postgres crate logs at the level debug.
fn nothing_raw(heard: &[Said]) {
    let raw = heard
        .iter()
        .filter(|(level, _, text)| *level < Level::Debug && text.contains(['\u{1b}', '\r', '\u{202e}']));
    assert_eq!(raw.collect::<Vec<_>>(), Vec::<&Said>::new());
    let others =
        heard.iter().filter(|(_, target, text)| target != "viewkeeper::notice" && text.contains("one\n"));
    assert_eq!(others.filter(|(level, ..)| *level < Level::Debug).count(), 0, "{heard:?}");
}

#[test]
fn what_a_migration_raises_is_logged_with_its_level_and_shown() {
    let files = project("notices").file("migrations/V1__says.sql", RAISED);
    let mut case = Case::new();
    case.damage("set client_min_messages = debug1");
    let (_, heard) = listen(|| case.run(&files));
    let said = raised(&heard);
    for expected in [
        (Level::Info, "NOTICE: one\\nviewkeeper: up to date"),
        (Level::Warn, "WARNING: two \\u{1b}]0;x\\u{7} \\u{202e}; detail: three\\rfour; hint: five"),
        (Level::Info, "INFO: six"),
        (Level::Info, "LOG: seven"),
        (Level::Debug, "DEBUG: eight"),
    ] {
        assert!(said.contains(&expected), "{expected:?} in {said:?}");
    }
    nothing_raw(&heard);
    case.obeys_the_laws(&files);
}
