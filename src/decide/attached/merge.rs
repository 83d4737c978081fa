//! The three-way merge: what the file states, what the text that we applied last stated, and what is live.

use std::collections::{BTreeMap, BTreeSet};

use super::desired::{Desired, Stated};
use super::grants::{Change, by_role, granted_again, grantee};
use super::reconciled::{Drifted, Reconciled, Removed, Stands};
use super::target::Target;
use crate::read::attached::{Attached, Live, Made, Trace};
use crate::words::attachment::Fires;
use crate::words::facet::{Facet, fires_state};
use crate::words::name::{Name, identifier, literal};

/// The three, and what is known beside them.
pub struct Merge<'m> {
    pub target: &'m Target,
    pub desired: Desired<'m>,
    pub applied: Desired<'m>,
    pub live: BTreeMap<Facet, Live<'m>>,
    /// Live as well: the grants, and what somebody put on indexes and statistics.
    pub attached: &'m Attached,
    /// What the server made of the applied text, and whether it was of this major version.
    pub made: Option<&'m Made>,
    pub same_server: bool,
}

/// How what is live stands to what the file states.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Judged {
    Same,
    Gone,
    Added,
    Changed,
    /// Another major version made it, or somebody else did.
    Unknown,
}

impl Merge<'_> {
    pub fn reconciled(&self) -> Reconciled {
        let mut result = Reconciled { removed: self.grants_removed(), ..Reconciled::default() };
        for (facet, stated) in &self.desired.facets {
            match facet {
                Facet::Grants => result.drifted.extend(self.grants_drifted(stated)),
                _ => result.drifted.extend(self.drifted(facet, stated)),
            }
        }
        for (facet, stated) in &self.applied.facets {
            let is_stated = self.desired.facets.contains_key(facet) || self.target.defines(facet);
            if is_stated || stated.value.is_none() {
                continue;
            }
            let Some(&live) = self.live.get(facet) else { continue };
            if *facet == Facet::Fires && (is_usual(stated.value) || is_usual(text(live))) {
                continue;
            }
            match self.target.removal(facet, &self.live) {
                Some(sql) => result.removed.push(Removed {
                    facet: facet.clone(),
                    what: Some(facet.to_string()),
                    sql,
                    column: facet.column().map(str::to_owned),
                    role: None,
                }),
                None => result.kept = result.kept.or_else(|| kept(facet, live)),
            }
        }
        result
    }

    fn drifted(&self, facet: &Facet, stated: &Stated<'_>) -> Option<Drifted> {
        let live = self.live.get(facet).copied();
        let judged = self.judge(facet, stated.value, live);
        let how = how(facet, judged, live)?;
        let what = match facet {
            Facet::Owner => format!("owner {}", grantee(&stated.value.map(str::to_owned))),
            Facet::Fires => stated.value.unwrap_or_default().to_owned(),
            Facet::Cluster => stated
                .value
                .map_or_else(|| facet.to_string(), |index| format!("cluster on {}", identifier(index))),
            _ => facet.to_string(),
        };
        let trace = live.and_then(trace);
        // What was changed may only be printed otherwise, after a restore.
        let unknown = matches!(judged, Judged::Unknown | Judged::Changed);
        let unknown = trace.filter(|_| unknown).map(|trace| trace.hash.clone());
        let mut drifted = Drifted { what, how, by: stated.by.clone(), stands: None, unknown };
        if let Facet::Index(name) | Facet::Statistics(name) = facet {
            drifted.stands = trace.map(|trace| Stands {
                is_index: matches!(facet, Facet::Index(_)),
                name: Name::new(trace.schema.as_deref().unwrap_or(&self.target.name.schema), name.as_str()),
                keeps: self.keeps(name, trace),
            });
            // A new one comes with the comment that the file states.
            let all = self.desired.facets.iter();
            let comment = all.filter(|(comment, _)| comment.commented().as_ref() == Some(facet));
            drifted.by.extend(comment.flat_map(|(_, stated)| &stated.by));
        }
        Some(drifted)
    }

    /// What somebody put on an index or on extended statistics, for the new one in its place.
    fn keeps(&self, name: &str, trace: &Trace) -> Vec<String> {
        let index = || Name::new(self.target.name.schema.as_str(), name);
        let ours = [&self.desired, &self.applied];
        let options = trace.options.iter().filter_map(|option| option.split_once('='));
        let options = options.filter(|(option, _)| !ours.iter().any(|ours| ours.states_option(name, option)));
        let mut keeps: Vec<String> = options
            .map(|(option, value)| {
                format!("alter index {} set ({} = {})", index(), identifier(option), literal(value))
            })
            .collect();
        let space = self.attached.tablespaces.get(name);
        let space = space.filter(|_| !ours.iter().any(|ours| ours.states_tablespace(name)));
        keeps.extend(
            space.map(|space| format!("alter index {} set tablespace {}", index(), identifier(space))),
        );
        keeps.extend(self.attached.keeps.get(name).cloned().unwrap_or_default());
        let [desired, applied] = ours.map(|ours| ours.facets.get(&Facet::Cluster));
        let keeps_cluster = match desired {
            Some(stated) => stated.value == Some(name),
            None => applied.is_none(),
        };
        if keeps_cluster && self.attached.cluster.as_deref() == Some(name) {
            let Target { kind, name: relation, .. } = self.target;
            keeps.push(format!("alter {kind} {relation} cluster on {}", identifier(name)));
        }
        keeps
    }

    fn judge(&self, facet: &Facet, value: Option<&str>, live: Option<Live<'_>>) -> Judged {
        match (value, live) {
            (None, None) => Judged::Same,
            // Not a trigger, or one that was not read.
            (Some(_), None) if *facet == Facet::Fires => Judged::Same,
            (Some(_), None) => Judged::Gone,
            (None, Some(_)) => Judged::Added,
            (Some(value), Some(Live::Text(live))) if value == live => Judged::Same,
            (Some(_), Some(Live::Text(_))) => Judged::Changed,
            (Some(value), Some(Live::Made(live))) => {
                // Whether the text that we applied last made it with this statement.
                let same = self.applied.facets.get(facet).is_some_and(|applied| applied.value == Some(value));
                let is_kept_so = match facet {
                    Facet::Index(name) => {
                        self.desired.kept.get(name.as_str()).is_none_or(|kept| kept.is_so(&live.options))
                    }
                    _ => true,
                };
                match self.made.and_then(|made| made.get(facet)).filter(|_| same) {
                    Some(_) if !is_kept_so => Judged::Changed,
                    Some(made) if live.xmin == made.xmin => Judged::Same,
                    Some(made) if self.same_server && live.bare() == made.bare() => Judged::Same,
                    Some(_) if self.same_server => Judged::Changed,
                    _ => Judged::Unknown,
                }
            }
        }
    }

    fn grants_drifted(&self, stated: &Stated<'_>) -> impl Iterator<Item = Drifted> {
        let changes = by_role(&self.desired.grants.changes(&self.attached.grants));
        let by = stated.by.clone();
        changes.into_iter().map(move |((todo, role), rights)| Drifted {
            what: todo.stated(&rights, &grantee(&role)),
            how: todo.undone().to_owned(),
            by: by.clone(),
            stands: None,
            unknown: None,
        })
    }

    fn grants_removed(&self) -> Vec<Removed> {
        let live = &self.attached.grants;
        let changes = self.applied.grants.removed(&self.desired.grants, live, &self.attached.initial);
        let again = granted_again(&changes, live);
        let mut removed = Vec::new();
        for (changes, says) in [(&changes, true), (&again, false)] {
            for (group, column) in groups(changes) {
                for ((todo, role), rights) in by_role(&group) {
                    let who = grantee(&role);
                    removed.push(Removed {
                        facet: Facet::Grants,
                        what: says.then(|| todo.no_longer_stated(&rights, &who)),
                        sql: self.target.grant(todo, &rights, &who),
                        column: column.clone(),
                        role: Some(who),
                    });
                }
            }
        }
        removed
    }
}

/// Whether a trigger fires as one does of which nothing is stated.
fn is_usual(state: Option<&str>) -> bool {
    state == Some(fires_state(Fires::Origin))
}

/// What the server keeps of a text.
fn text(live: Live<'_>) -> Option<&str> {
    match live {
        Live::Text(text) => Some(text),
        Live::Made(_) => None,
    }
}

/// What the server made of a text.
fn trace(live: Live<'_>) -> Option<&Trace> {
    match live {
        Live::Made(trace) => Some(trace),
        Live::Text(_) => None,
    }
}

fn how(facet: &Facet, judged: Judged, live: Option<Live<'_>>) -> Option<String> {
    let how = match (facet, judged, live) {
        (_, Judged::Same, _) => return None,
        (_, Judged::Unknown, _) => "was made by somebody else",
        (Facet::Comment(_) | Facet::Cluster, Judged::Gone, _) => "was removed",
        (Facet::Comment(_) | Facet::Cluster, Judged::Added, _) => "was added",
        (Facet::Owner, _, Some(Live::Text(owner))) => {
            return Some(format!("was changed to {}", identifier(owner)));
        }
        (facet, Judged::Gone, _) if facet.is_made() => "was dropped",
        _ => "was changed",
    };
    Some(how.to_owned())
}

/// What stays as it is although the file states it no more.
fn kept(facet: &Facet, live: Live<'_>) -> Option<String> {
    match (facet, live) {
        (Facet::Owner, Live::Text(owner)) => {
            Some(format!("its file states no owner any more, and it stays {}'s", identifier(owner)))
        }
        _ => None,
    }
}

/// Changes of the whole object together, those of each column by themselves, because the column may be gone.
fn groups(changes: &[Change]) -> Vec<(Vec<Change>, Option<String>)> {
    let columns: BTreeSet<Option<&String>> = changes.iter().map(|(_, right)| right.column.as_ref()).collect();
    let of = |column: Option<&String>| {
        changes.iter().filter(|(_, right)| right.column.as_ref() == column).cloned().collect()
    };
    columns.into_iter().map(|column| (of(column), column.cloned())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::attached::desired::Scene;
    use crate::decide::attached::grants::On;
    use crate::read::attached::{LiveComment, LiveGrant};
    use crate::words::attachment::Statement;
    use crate::words::identity::Identity;
    use crate::words::object::Kind;

    const NONE: &str = "";

    /// A statement about a facet, with this value; `null` states that there is to be nothing.
    fn statement(facet: &str, value: &str) -> Option<Statement> {
        let stated = (value != "null").then_some(value);
        let says = match facet {
            "comment" => serde_json::json!({"on": "whole", "is": stated}),
            "owner" => serde_json::json!({"role": {"named": value}}),
            "grant" => {
                serde_json::json!({"privileges": [{"name": value, "columns": []}], "roles": ["public"], "option": false})
            }
            "set" => serde_json::json!({"options": [["o", value]]}),
            "default" => serde_json::json!({"column": "c", "expression": stated}),
            "index" => serde_json::json!({"name": "x", "identifies": false}),
            "cluster" => serde_json::json!({"index": stated}),
            "fires" => serde_json::json!({"when": value}),
            _ => serde_json::json!({"name": "x"}),
        };
        let mut says = says;
        says["kind"] = facet.into();
        says["text"] = value.into();
        (value != NONE).then(|| serde_json::from_value(says).expect(facet))
    }

    /// An object with a facet that has this value, or that is what the server makes of it: with `~`, in another row.
    fn live(facet: &str, value: &str) -> Attached {
        let mut live = Attached { owner: "me".into(), ..Attached::default() };
        let hash = value.trim_end_matches('~').to_owned();
        let (text, trace) = (value.to_owned(), Trace { xmin: value.into(), hash, ..Trace::default() });
        let public = |privilege: &str| LiveGrant {
            grantee: None,
            privilege: privilege.into(),
            column: None,
            option: false,
            by_owner: true,
        };
        let made = &mut live.made;
        match facet {
            _ if value == NONE => {}
            "comment" => live.comments.push(LiveComment { text, ..LiveComment::default() }),
            "owner" => live.owner = text,
            "grant" => live.grants.push(public(value)),
            "set" => live.options.push(format!("o={text}")),
            "cluster" => live.cluster = Some(text),
            "fires" => live.fires = Some(if value == "D" { Fires::Never } else { Fires::Origin }),
            "default" => made.defaults.extend([("c".to_owned(), trace)]),
            "rule" => made.rules.extend([("x".to_owned(), trace)]),
            "index" => made.indexes.extend([("x".to_owned(), trace)]),
            _ => made.statistics.extend([("x".to_owned(), trace)]),
        }
        live
    }

    fn target(facet: &str) -> Target {
        let name = Name::new("app", "v");
        let (kind, identity) = match facet {
            "fires" => (Kind::Trigger, "v on app.t"),
            _ => (Kind::View, "app.v"),
        };
        let identity = Identity::displayed(identity);
        Target { kind, name, identity, options: vec!["defined".into()] }
    }

    fn merged(facet: &str, [desired, applied, is]: [&str; 3], same_server: bool) -> (Reconciled, String) {
        let scene = Scene { current_user: "me", login_user: "me", server: 15 };
        let (desired, applied_text) = (statement(facet, desired), applied);
        let (applied, attached, made) =
            (statement(facet, applied), live(facet, is), live(facet, applied_text).made);
        let text = |one: &Option<Statement>| one.clone().into_iter().collect::<Vec<_>>();
        let (desired, applied) = (text(&desired), text(&applied));
        let of = |texts| Desired::of(On::Relation, texts, scene);
        let result = Merge {
            target: &target(facet),
            desired: of(desired.iter().map(|one| (one.text.as_str(), &one.says)).collect::<Vec<_>>()),
            applied: of(applied.iter().map(|one| (one.text.as_str(), &one.says)).collect::<Vec<_>>()),
            live: attached.facets(),
            attached: &attached,
            made: (!applied.is_empty()).then_some(&made),
            same_server,
        }
        .reconciled();
        let drifted = result.drifted.iter().map(|one| format!("{} {}", one.what, one.how));
        let removed = result.removed.iter().map(|one| one.sql.clone());
        let told = drifted.chain(removed).chain(result.kept.clone()).collect::<Vec<_>>().join("; ");
        (result, told)
    }

    /// Stated in the file, stated before, live; and what follows.
    const CASES: [(&str, [&str; 3], &str); 54] = [
        ("comment", ["a", "a", "a"], ""),
        ("comment", ["a", "a", "b"], "comment was changed"),
        ("comment", ["a", "a", NONE], "comment was removed"),
        ("comment", ["null", NONE, "a"], "comment was added"),
        ("comment", ["null", "a", NONE], ""),
        ("comment", [NONE, "a", "b"], "comment on view app.v is null"),
        ("comment", [NONE, "a", NONE], ""),
        ("comment", [NONE, "null", "a"], ""),
        ("comment", [NONE, NONE, "a"], ""),
        ("owner", ["a", "a", "a"], ""),
        ("owner", ["a", NONE, "b"], "owner a was changed to b"),
        ("owner", [NONE, "a", "b"], "its file states no owner any more, and it stays b's"),
        ("owner", [NONE, NONE, "b"], ""),
        ("grant", ["select", "select", "select"], ""),
        ("grant", ["select", "select", NONE], "grant of select to public was revoked"),
        (
            "grant",
            ["select", "update", "update"],
            "grant of select to public was revoked; revoke update on app.v from public",
        ),
        ("grant", [NONE, "select", NONE], ""),
        ("grant", [NONE, NONE, "select"], ""),
        ("set", ["1", "1", "1"], ""),
        ("set", ["1", "1", "2"], "option o was changed"),
        ("set", ["1", "1", NONE], "option o was changed"),
        ("set", [NONE, "1", "2"], "alter view app.v reset (o)"),
        ("set", [NONE, "1", NONE], ""),
        ("set", [NONE, NONE, "1"], ""),
        ("default", ["1", "1", "1"], ""),
        ("default", ["1", "1", "2"], "default of column c was changed"),
        ("default", ["1", "1", NONE], "default of column c was dropped"),
        ("default", ["null", "1", "1"], "default of column c was changed"),
        ("default", ["2", "1", "1"], "default of column c was made by somebody else"),
        ("default", [NONE, "1", "2"], "alter view app.v alter column c drop default"),
        ("default", [NONE, NONE, "2"], ""),
        ("rule", ["a", "a", "a"], ""),
        ("rule", ["a", "a", NONE], "rule x was dropped"),
        ("rule", ["a", NONE, "a"], "rule x was made by somebody else"),
        ("rule", [NONE, "a", "b"], "drop rule x on app.v"),
        ("index", ["a", "a", "a"], ""),
        ("index", ["a", "a", "a~"], ""),
        ("index", ["a", "a", "b"], "index x was changed"),
        ("index", [NONE, "a", "a"], "drop index app.x"),
        ("index", [NONE, "a", NONE], ""),
        ("cluster", ["a", "a", "a"], ""),
        ("cluster", ["a", "a", "b"], "cluster on a was changed"),
        ("cluster", ["a", "a", NONE], "cluster on a was removed"),
        ("cluster", ["null", NONE, "a"], "cluster on an index was added"),
        ("cluster", [NONE, "a", "a"], "alter view app.v set without cluster"),
        ("cluster", [NONE, NONE, "a"], ""),
        ("statistics", ["a", "a", "b"], "statistics x was changed"),
        ("statistics", [NONE, "a", "a"], "drop statistics app.x"),
        ("fires", ["D", "D", "D"], ""),
        ("fires", ["D", "D", "O"], "disabled state was changed"),
        ("fires", [NONE, "D", "D"], "alter table app.t enable trigger v"),
        ("fires", [NONE, "D", "O"], ""),
        ("fires", [NONE, "O", "D"], ""),
        ("fires", [NONE, NONE, "D"], ""),
    ];

    #[test]
    fn what_follows_from_the_three_for_each_facet() {
        for (facet, three, follows) in CASES {
            assert_eq!(merged(facet, three, true).1, follows, "{facet} {three:?}");
        }
    }

    #[test]
    fn what_the_server_made_is_known_of_the_same_text_and_the_same_version() {
        let told = |three| merged("index", three, false).1;
        assert_eq!(told(["a", "a", "a"]), "", "untouched");
        for other in ["a~", "b"] {
            assert_eq!(
                told(["a", "a", other]),
                "index x was made by somebody else",
                "of another major version"
            );
        }
        let (result, _) = merged("index", ["b", "a", "b"], true);
        assert_eq!(result.drifted[0].unknown.as_deref(), Some("b"), "of another text");
        assert_eq!(
            result.drifted[0].stands.as_ref().map(|stands| stands.name.to_string()),
            Some("app.x".into())
        );
        let (gone, _) = merged("index", ["a", "a", NONE], true);
        assert_eq!((&gone.drifted[0].stands, &gone.drifted[0].unknown), (&None, &None));
    }

    #[test]
    fn an_option_that_the_definition_states_is_not_reset() {
        assert!(target("set").defines(&Facet::Option("defined".into())));
        assert!(!target("set").defines(&Facet::Option("o".into())));
    }
}
