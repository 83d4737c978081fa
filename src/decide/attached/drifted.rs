//! What a file states and is not so.

use std::collections::BTreeMap;

use super::desired::{Desired, Stated};
use super::grants::{Todo, by_role, grantee};
use crate::read::attached::{Attached, Trace};
use crate::read::facts::Record;
use crate::read::saved::Thing;
use crate::words::attachment::{Fires, Subject};
use crate::words::name::{Name, identifier};

/// Something that the file states and that is not so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drifted {
    /// `grant of select to reader`.
    pub what: String,
    /// `was revoked`.
    pub how: String,
    /// The statements that bring it back, by their places in the file.
    pub by: Vec<usize>,
    /// What has to make room for an index or for extended statistics.
    pub stands: Option<Stands>,
    /// Nobody knows what the server makes of the file's statement. If it is this, all is as the file says.
    pub unknown: Option<String>,
}

/// The index or the extended statistics that are there under the name that the file gives to others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stands {
    pub thing: Thing,
    pub name: Name,
    /// What puts back what somebody put on it.
    pub keeps: Vec<String>,
}

/// What is known of the things that can only be compared with what the server made of them.
pub struct Made<'m> {
    /// The schema of the object.
    pub schema: &'m str,
    pub record: Option<&'m Record>,
    pub before: &'m Desired<'m>,
    pub live: &'m Attached,
    /// The major version.
    pub server: u32,
}

/// A comparison with what the server made.
enum Seen {
    Same,
    Gone,
    Changed,
    /// Another major version made it, or somebody else did.
    Unknown,
}

impl Made<'_> {
    fn rule(&self, name: &str, text: &str) -> Seen {
        let made = self.record.and_then(|record| record.made.rules.get(name));
        self.seen(self.live.made.rules.get(name), made.filter(|_| same(&self.before.rules, name, text)))
    }

    fn index(&self, name: &str, text: &str) -> Seen {
        let made = self.record.and_then(|record| record.made.indexes.get(name));
        self.seen(self.live.made.indexes.get(name), made.filter(|_| same(&self.before.indexes, name, text)))
    }

    fn statistics(&self, name: &str, text: &str) -> Seen {
        let made = self.record.and_then(|record| record.made.statistics.get(name));
        let made = made.filter(|_| same(&self.before.statistics, name, text));
        self.seen(self.live.made.statistics.get(name), made)
    }

    fn default(&self, column: &str, expression: &str) -> Seen {
        let before = self.before.defaults.get(column).is_some_and(|before| before.value == Some(expression));
        let made = self.record.and_then(|record| record.made.defaults.get(column)).filter(|_| before);
        self.seen(self.live.made.defaults.get(column), made)
    }

    fn seen(&self, live: Option<&Trace>, made: Option<&Trace>) -> Seen {
        let Some(live) = live else { return Seen::Gone };
        let Some(made) = made else { return Seen::Unknown };
        let same_server = self.record.is_some_and(|record| record.server == self.server);
        match (live.xmin == made.xmin, live.hash == made.hash, same_server) {
            (true, _, _) | (_, true, true) => Seen::Same,
            (_, _, true) => Seen::Changed,
            _ => Seen::Unknown,
        }
    }
}

/// Whether the text that we applied last made it with this statement.
fn same(before: &BTreeMap<&str, Stated<&str>>, name: &str, text: &str) -> bool {
    before.get(name).is_some_and(|before| before.value == text)
}

/// Each stated thing that is not so.
pub fn drifted(now: &Desired<'_>, live: &Attached, made: &Made<'_>) -> Vec<Drifted> {
    let one = |what: String, how: &str, by: usize| Drifted {
        what,
        how: how.to_owned(),
        by: vec![by],
        stands: None,
        unknown: None,
    };
    let compared = |what: String, seen: &Seen, by: usize, live: Option<&Trace>| {
        Some(Drifted { unknown: unknown(seen, live), ..one(what, how(seen)?, by) })
    };
    let mut drifted = Vec::new();
    for (&subject, stated) in &now.comments {
        let how = match (stated.value, live.comment(subject)) {
            (Some(text), Some(found)) if text == found => continue,
            (None, None) => continue,
            (Some(_), Some(_)) => "was changed",
            (Some(_), None) => "was removed",
            (None, Some(_)) => "was added",
        };
        drifted.push(one(subject.comment(), how, stated.by));
    }
    if let Some(owner) = &now.owner
        && owner.value.as_deref() != Some(live.owner.as_str())
    {
        let what = format!("owner {}", grantee(&owner.value));
        drifted.push(one(what, &format!("was changed to {}", identifier(&live.owner)), owner.by));
    }
    for ((todo, role), rights) in by_role(&now.grants.changes(&live.grants)) {
        let (what, how) = (grant_of(todo, &rights, &grantee(&role)), grant_undone(todo));
        drifted.push(Drifted { by: now.granting.clone(), ..one(what, how, 0) });
    }
    for (&name, stated) in &now.options {
        if stated.value != live.option(name) {
            drifted.push(one(format!("option {name}"), "was changed", stated.by));
        }
    }
    for (&column, stated) in &now.defaults {
        let what = format!("default of column {}", identifier(column));
        let seen = match stated.value {
            Some(expression) => made.default(column, expression),
            None if live.made.defaults.contains_key(column) => Seen::Changed,
            None => Seen::Same,
        };
        drifted.extend(compared(what, &seen, stated.by, live.made.defaults.get(column)));
    }
    for (&name, stated) in &now.rules {
        let seen = made.rule(name, stated.value);
        let what = format!("rule {}", identifier(name));
        drifted.extend(compared(what, &seen, stated.by, live.made.rules.get(name)));
    }
    for (&name, stated) in &now.indexes {
        let seen = made.index(name, stated.value);
        let subject = Subject::Index(name.to_owned());
        drifted.extend(built(now, made, Thing::Index, &subject, name, stated.by, &seen));
    }
    for (&name, stated) in &now.statistics {
        let seen = made.statistics(name, stated.value);
        let subject = Subject::Statistics(name.to_owned());
        drifted.extend(built(now, made, Thing::Statistics, &subject, name, stated.by, &seen));
    }
    if let Some(fires) = &now.fires
        && live.fires.is_some_and(|live| live != fires.value)
    {
        drifted.push(one(fires_state(fires.value).to_owned(), "was changed", fires.by));
    }
    drifted
}

/// An index or extended statistics that are not as the file says. A new one comes with the comment that the file states.
fn built(
    now: &Desired<'_>,
    made: &Made<'_>,
    thing: Thing,
    subject: &Subject,
    name: &str,
    by: usize,
    seen: &Seen,
) -> Option<Drifted> {
    let (word, live) = match thing {
        Thing::Statistics => ("statistics", made.live.made.statistics.get(name)),
        _ => ("index", made.live.made.indexes.get(name)),
    };
    let how = how(seen)?.to_owned();
    let stands = live.map(|live| Stands {
        thing,
        name: Name::new(live.schema.as_deref().unwrap_or(made.schema), name),
        keeps: made.live.keeps.get(name).cloned().unwrap_or_default(),
    });
    let unknown = unknown(seen, live);
    let comment = now.comments.get(subject).map(|comment| comment.by);
    let what = format!("{word} {}", identifier(name));
    Some(Drifted { what, how, by: [by].into_iter().chain(comment).collect(), stands, unknown })
}

/// What the server would have to make of the file's statement.
fn unknown(seen: &Seen, live: Option<&Trace>) -> Option<String> {
    live.filter(|_| matches!(seen, Seen::Unknown)).map(|live| live.hash.clone())
}

/// What a text states of a trigger when it says when it fires.
pub fn fires_state(fires: Fires) -> &'static str {
    match fires {
        Fires::Origin => "enabled state",
        Fires::Never => "disabled state",
        Fires::Replica => "state enabled for replicas",
        Fires::Always => "state always enabled",
    }
}

/// What a text states when this is to be done.
fn grant_of(todo: Todo, rights: &str, who: &str) -> String {
    match todo {
        Todo::Grant => format!("grant of {rights} to {who}"),
        Todo::GrantWithOption => format!("grant option of {rights} to {who}"),
        Todo::Revoke => format!("revoke of {rights} from {who}"),
        Todo::RevokeOption => format!("revoke of the grant option of {rights} from {who}"),
    }
}

fn grant_undone(todo: Todo) -> &'static str {
    match todo {
        Todo::Grant | Todo::GrantWithOption => "was revoked",
        Todo::Revoke | Todo::RevokeOption => "was undone",
    }
}

fn how(seen: &Seen) -> Option<&'static str> {
    match seen {
        Seen::Same => None,
        Seen::Gone => Some("was dropped"),
        Seen::Changed => Some("was changed"),
        Seen::Unknown => Some("was made by somebody else"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::attached::desired::Scene;
    use crate::decide::attached::grants::On;
    use crate::words::attachment::Says;

    const SCENE: Scene<'_> = Scene { current_user: "me", login_user: "me", server: 15 };

    fn trace(xmin: &str, hash: &str) -> Trace {
        Trace { schema: None, xmin: xmin.into(), hash: hash.into() }
    }

    fn index() -> Says {
        Says::Index { name: "i".into(), identifies: false }
    }

    /// What is said of an index that the file makes with the text `now` and the record knows with `before`.
    fn seen(
        now: &str,
        before: Option<(&str, Trace, u32)>,
        live: Option<Trace>,
    ) -> Vec<(String, Option<String>)> {
        let says = index();
        let record: Option<Record> = before.as_ref().map(|(text, made, server)| {
            let attachments = serde_json::json!([{"text": text, "kind": "index", "name": "i", "identifies": false}]);
            let made = serde_json::json!({"indexes": {"i": {"xmin": made.xmin, "hash": made.hash}}});
            let record = serde_json::json!({
                "identity": "app.m", "kind": "materialized view", "checksum": "", "address": "1259/1/0", "columns": [],
                "stated": {"attachments": attachments}, "made": made, "server": server, "reoptioned": false,
                "reattached": true, "unsettled": false, "uprooted": false, "populated": true,
            });
            serde_json::from_value(record).unwrap()
        });
        let stated = record.iter().flat_map(|record| &record.stated.attachments);
        let before = Desired::of(On::Relation, stated.map(|one| (one.text.as_str(), &one.says)), SCENE);
        let mut attached = Attached::default();
        attached.made.indexes.extend(live.map(|live| ("i".to_owned(), live)));
        let made = Made {
            schema: "app",
            record: record.as_ref(),
            before: &before,
            live: &attached,
            server: SCENE.server,
        };
        let now = Desired::of(On::Relation, [(now, &says)], SCENE);
        let drifted = drifted(&now, &attached, &made);
        drifted.iter().map(|one| (format!("{} {}", one.what, one.how), one.unknown.clone())).collect()
    }

    #[test]
    fn an_index_is_right_while_it_is_what_we_made() {
        let made = |server| Some(("create index i", trace("7", "a"), server));
        let says = |how: &str| vec![(format!("index i {how}"), None)];
        let unknown = vec![("index i was made by somebody else".to_owned(), Some("b".to_owned()))];
        assert!(seen("create index i", made(15), Some(trace("7", "a"))).is_empty());
        assert!(seen("create index i", made(15), Some(trace("8", "a"))).is_empty(), "touched and the same");
        assert!(seen("create index i", made(14), Some(trace("7", "b"))).is_empty(), "untouched");
        assert_eq!(seen("create index i", made(15), Some(trace("8", "b"))), says("was changed"));
        assert_eq!(seen("create index i", made(15), None), says("was dropped"));
        assert_eq!(seen("create index i", None, None), says("was dropped"));
        assert_eq!(
            seen("create index i", made(14), Some(trace("8", "b"))),
            unknown,
            "of another major version"
        );
        assert_eq!(
            seen("create unique index i", made(15), Some(trace("7", "b"))),
            unknown,
            "of another text"
        );
        assert_eq!(seen("create index i", None, Some(trace("7", "b"))), unknown, "found");
    }

    #[test]
    fn what_somebody_else_made_is_right_when_the_server_makes_the_same_of_the_file() {
        let one = |by: usize, unknown: Option<&str>| Drifted {
            what: by.to_string(),
            how: String::new(),
            by: vec![by],
            stands: None,
            unknown: unknown.map(str::to_owned),
        };
        let mut reconciled = crate::decide::attached::reconcile::Reconciled {
            drifted: vec![one(0, Some("a")), one(1, Some("b")), one(2, None), one(3, Some("d"))],
            ..Default::default()
        };
        reconciled.settle(&[(0, "a".to_owned()), (1, "x".to_owned()), (2, "c".to_owned())].into());
        let left: Vec<&str> = reconciled.drifted.iter().map(|drifted| drifted.what.as_str()).collect();
        assert_eq!(left, ["1", "2", "3"]);
    }
}
