//! What a table migration displaced, as a binary wrote it down that did not say what each statement does: the statements
//! themselves tell.

use super::dependent::{Act, Dependent, Part, Pieces, Thing};
use crate::words::identity::Identity;

/// Adds what each part does, where that was not written down.
pub fn complete(dependent: &mut Dependent) {
    let name = Identity::displayed(&dependent.identity).qualified().to_string();
    for part in dependent.script.parts.iter_mut().filter(|part| part.act == Act::Unsaid) {
        part.act = act(part);
        part.pieces = part.pieces.take().or_else(|| pieces(&part.statement, &dependent.kind, &name));
        if matches!(part.act, Act::Owner | Act::Grant) {
            let to = part.statement.split_once(" to ").map(|(_, to)| to);
            let ends = |to: &str| [" with grant option", ";"].iter().filter_map(|end| to.find(end)).min();
            part.to = to.map(|to| to[..ends(to).unwrap_or(to.len())].to_owned());
        }
    }
}

/// A statement without the name, at its first place that is not within a longer name; with the arguments of a routine.
fn pieces(statement: &str, kind: &str, name: &str) -> Option<Pieces> {
    let goes_on = |rest: &str| rest.starts_with(|c: char| c.is_alphanumeric() || c == '_' || c == '$');
    let places = statement.match_indices(name).map(|(at, _)| (at, &statement[at + name.len()..]));
    let (at, rest) = places.into_iter().find(|(_, rest)| !goes_on(rest))?;
    let after = match rest.strip_prefix('(').and_then(|arguments| arguments.split_once(')')) {
        Some((_, after)) => after,
        None => rest,
    };
    let before = &statement[..at];
    let bare = before.strip_suffix(&format!("{kind} "));
    Some(Pieces { before: bare.unwrap_or(before).to_owned(), kind: bare.is_some(), after: after.to_owned() })
}

fn act(part: &Part) -> Act {
    let text = part.statement.as_str();
    let begins = |heads: &[&str]| heads.iter().any(|head| text.starts_with(head));
    let is_alter = begins(&["alter view ", "alter materialized view "]);
    match &part.about {
        _ if part.option.is_some() => Act::Option,
        _ if part.late && begins(&["grant maintain "]) => Act::LendMaintain,
        _ if part.late && begins(&["revoke maintain "]) => Act::TakeMaintain,
        _ if begins(&["refresh "]) => Act::Refresh,
        _ if begins(&["analyze "]) => Act::Analyze,
        _ if begins(&["comment on type "]) => Act::Other,
        _ if begins(&["comment on "]) => Act::Comment,
        _ if begins(&["grant ", "revoke ", "set local role "]) && text.contains(" on type ") => Act::Other,
        _ if begins(&["grant ", "revoke ", "set local role "]) => Act::Grant,
        _ if begins(&["alter "]) && text.contains(" owner to ") => Act::Owner,
        _ if begins(&["alter "]) && text.contains(" depends on extension ") => Act::Depend,
        Some(about) if about.kind != Thing::Default && begins(&["alter table "]) => Act::Fire,
        Some(_) if begins(&["set local default_tablespace "]) => Act::MakeElsewhere,
        Some(_) if begins(&["create ", "CREATE "]) || text.contains(" set default ") => Act::Make,
        None if text.contains(" validate constraint ") => Act::Validate,
        None if is_alter => Act::Column,
        _ => Act::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A row of the ledger as the first binaries wrote it.
    const ROW: &str = r#"{"id": "1259/1/0", "kind": "materialized view", "identity": "app.m", "needs": [], "uses": [],
        "relation": 1, "lock": null, "drop": "", "create": [], "impossible": null, "missing": [], "warnings": [], "parts": []}"#;

    fn part(statement: &str, late: bool, kind: Option<&str>) -> Part {
        let about =
            kind.map(|kind| serde_json::json!({"kind": kind, "schema": "app", "name": "x", "does": "make"}));
        let part = serde_json::json!({"option": null, "column": null, "late": late, "about": about, "statement": statement});
        serde_json::from_value(part).expect("a part as it was")
    }

    #[test]
    fn a_row_that_does_not_say_what_its_statements_do_is_read() {
        let cases = [
            (part("refresh materialized view app.m", true, None), Act::Refresh, None),
            (part("analyze app.m", true, None), Act::Analyze, None),
            (part("grant maintain on app.m to x", true, None), Act::LendMaintain, None),
            (part("grant maintain on app.m to x", false, None), Act::Grant, Some("x")),
            (part("revoke maintain on app.m from x", true, None), Act::TakeMaintain, None),
            (
                part("grant select on app.m to \"R\" with grant option", false, None),
                Act::Grant,
                Some("\"R\""),
            ),
            (
                part("set local role a; grant select on app.m to b; set local role c", false, None),
                Act::Grant,
                Some("b"),
            ),
            (part("grant usage on type app.m to b", false, None), Act::Other, None),
            (part("alter materialized view app.m owner to a", false, None), Act::Owner, Some("a")),
            (
                part("alter materialized view app.m alter column a set storage main", false, None),
                Act::Column,
                None,
            ),
            (part("alter view app.v depends on extension e", false, None), Act::Depend, None),
            (part("alter table app.v disable rule x", true, Some("rule")), Act::Fire, None),
            (
                part("create or replace rule x as on insert to app.v do nothing", true, Some("rule")),
                Act::Make,
                None,
            ),
            (part("CREATE INDEX x ON app.m USING btree (a)", true, Some("index")), Act::Make, None),
            (
                part("set local default_tablespace to 's'; CREATE INDEX x ON app.m", true, Some("index")),
                Act::MakeElsewhere,
                None,
            ),
            (part("alter view app.v alter column x set default 1", true, Some("default")), Act::Make, None),
            (part("alter table app.t validate constraint c", true, None), Act::Validate, None),
            (part("comment on view app.v is 'owner to x'", false, None), Act::Comment, None),
            (part("security label for s on view app.v is 'l'", false, None), Act::Other, None),
        ];
        for (part, act, to) in cases {
            let statement = part.statement.clone();
            let mut dependent: Dependent = serde_json::from_str(ROW).expect("a row as it was");
            dependent.script.parts = vec![part];
            complete(&mut dependent);
            assert_eq!(
                (dependent.script.parts[0].act, dependent.script.parts[0].to.as_deref()),
                (act, to),
                "{statement}"
            );
        }
    }

    #[test]
    fn a_row_that_does_not_tell_the_name_from_the_rest_is_read() {
        let cases = [
            (
                "materialized view",
                "app.m",
                "alter materialized view app.m owner to a",
                "alter view q.n owner to a",
            ),
            ("view", "app.v", "comment on column app.v.c is 'app.v'", "comment on column q.n.c is 'app.v'"),
            ("view", "app.v", "grant select on app.v to a", "grant select on q.n to a"),
            (
                "function",
                "app.f(integer)",
                "grant execute on routine app.f(integer) to a",
                "grant execute on routine q.n to a",
            ),
            ("view", "app.v", "comment on type app.vv is ''", "comment on type app.vv is ''"),
        ];
        for (kind, identity, statement, renamed) in cases {
            let mut dependent: Dependent = serde_json::from_str(ROW).expect("a row as it was");
            (dependent.kind, dependent.identity) = (kind.to_owned(), identity.to_owned());
            dependent.script.parts = vec![part(statement, false, None)];
            complete(&mut dependent);
            assert_eq!(dependent.script.parts[0].on("view", &"q.n"), renamed);
        }
    }
}
