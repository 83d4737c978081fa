//! What is to be done about the attachments of an object whose definition stays: decided from three, which are the file,
//! the text that we applied last, and what is live.

use std::collections::BTreeSet;

use super::grants::{Change, Todo, by_role, granted_again, grantee};
use super::wanted::{Scene, Wanted};
use crate::read::attached::{Attached, Trace};
use crate::read::facts::Record;
use crate::set::project::Object;
use crate::words::attachment::Subject;
use crate::words::name::{Name, identifier};

/// What is to be done. Nothing for what no text of ours ever stated: that is somebody's own.
#[derive(Clone, Debug, Default)]
pub struct Upkeep {
    /// What the file states and is not so.
    pub wrong: Vec<Wrong>,
    /// What the text that we applied last stated, and the file states no more.
    pub taken_back: Vec<TakenBack>,
    /// What stays although the file states it no more.
    pub stays: Option<String>,
}

/// Something that the file states and that is not so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// `grant of select to reader`.
    pub what: String,
    /// `was revoked`.
    pub how: String,
    /// The statements that bring it back, by their places in the file.
    pub by: Vec<usize>,
}

/// Something that is taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TakenBack {
    /// `grant of select to reader`; none for what only keeps the rest.
    pub what: Option<String>,
    pub sql: String,
    pub of: Of,
    /// The column that it is about.
    pub column: Option<String>,
}

/// What kind of thing is taken back, because not every verb has to do it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    Grants,
    Options,
    Comments,
    Defaults,
    Rules,
}

impl Upkeep {
    /// Compares what the file states with what is live, and what was stated with what is.
    pub fn of(object: Object<'_>, record: Option<&Record>, live: &Attached, scene: Scene<'_>) -> Self {
        let attachments = object.data().attachments.iter();
        let now = Wanted::of(
            attachments.map(|attachment| (object.slice(attachment.span), &attachment.says)),
            scene,
        );
        let before = record.map(|record| {
            let stated = &record.stated;
            let scene = Scene {
                current_user: stated.role.as_deref().unwrap_or(scene.current_user),
                login_user: stated.session.as_deref().unwrap_or(scene.login_user),
                server: scene.server,
            };
            Wanted::of(stated.attachments.iter().map(|one| (one.text.as_str(), &one.says)), scene)
        });
        let before = before.unwrap_or_default();
        let stays = (before.owner.is_some() && now.owner.is_none()).then(|| {
            format!("its file states no owner any more, and it stays {}'s", identifier(&live.owner))
        });
        let made = Made { record, before: &before, live, server: scene.server };
        Upkeep { wrong: wrong(&now, live, &made), taken_back: taken_back(object, &before, &now, live), stays }
    }

    pub fn is_needed(&self) -> bool {
        !self.wrong.is_empty() || !self.taken_back.is_empty()
    }

    /// The statements of the file that are to be sent, by their places in it.
    pub fn statements(&self) -> BTreeSet<usize> {
        self.wrong.iter().flat_map(|wrong| wrong.by.iter().copied()).collect()
    }

    /// `grant of select to reader was revoked by hand`.
    pub fn by_hand(&self) -> String {
        let wrong: Vec<String> = self.wrong.iter().map(|one| format!("{} {}", one.what, one.how)).collect();
        format!("{} by hand", wrong.join(", "))
    }

    /// `grant of select to reader, comment`.
    pub fn missing(&self) -> String {
        self.wrong.iter().map(|one| one.what.as_str()).collect::<Vec<_>>().join(", ")
    }

    /// `comment, default of column a`.
    pub fn no_longer(&self) -> String {
        self.taken_back.iter().filter_map(|one| one.what.as_deref()).collect::<Vec<_>>().join(", ")
    }

    /// What a changed file says of the attachments: `now states comment, and no longer default of column a`.
    pub fn of_file(&self) -> String {
        match (self.wrong.is_empty(), self.taken_back.is_empty()) {
            (false, true) => format!("now states {}", self.missing()),
            (true, false) => format!("no longer states {}", self.no_longer()),
            _ => format!("now states {}, and no longer {}", self.missing(), self.no_longer()),
        }
    }
}

/// What is known of the things that can only be compared with what the server made of them.
struct Made<'m> {
    record: Option<&'m Record>,
    before: &'m Wanted<'m>,
    live: &'m Attached,
    server: u32,
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
        let before = self.before.rules.get(name).is_some_and(|before| before.value == text);
        let made = self.record.and_then(|record| record.made.rules.get(name)).filter(|_| before);
        self.seen(self.live.made.rules.get(name), made)
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

fn wrong(now: &Wanted<'_>, live: &Attached, made: &Made<'_>) -> Vec<Wrong> {
    let one = |what: String, how: &str, by: usize| Wrong { what, how: how.to_owned(), by: vec![by] };
    let mut wrong = Vec::new();
    for (&subject, stated) in &now.comments {
        let how = match (stated.value, comment(live, subject)) {
            (Some(text), Some(found)) if text == found => continue,
            (None, None) => continue,
            (Some(_), Some(_)) => "was changed",
            (Some(_), None) => "was removed",
            (None, Some(_)) => "was added",
        };
        wrong.push(one(comment_of(subject), how, stated.by));
    }
    if let Some(owner) = &now.owner
        && owner.value.as_deref() != Some(live.owner.as_str())
    {
        let what = format!("owner {}", grantee(&owner.value));
        wrong.push(one(what, &format!("was changed to {}", identifier(&live.owner)), owner.by));
    }
    for ((todo, role), rights) in by_role(&now.grants.changes(&live.grants)) {
        let (what, how) = (grant_of(todo, &rights, &grantee(&role)), grant_undone(todo));
        wrong.push(Wrong { what, how: how.to_owned(), by: now.granting.clone() });
    }
    for (&name, stated) in &now.options {
        if stated.value != option(live, name) {
            wrong.push(one(format!("option {name}"), "was changed", stated.by));
        }
    }
    for (&column, stated) in &now.defaults {
        let what = format!("default of column {}", identifier(column));
        let seen = match stated.value {
            Some(expression) => made.default(column, expression),
            None if live.made.defaults.contains_key(column) => Seen::Changed,
            None => Seen::Same,
        };
        wrong.extend(how(&seen).map(|how| one(what, how, stated.by)));
    }
    for (&name, stated) in &now.rules {
        let seen = made.rule(name, stated.value);
        wrong.extend(how(&seen).map(|how| one(format!("rule {}", identifier(name)), how, stated.by)));
    }
    wrong
}

fn taken_back(object: Object<'_>, before: &Wanted<'_>, now: &Wanted<'_>, live: &Attached) -> Vec<TakenBack> {
    let (kind, name) = (object.kind(), object.name());
    let mut back = Vec::new();
    let mut take = |of: Of, column: Option<&str>, what: Option<String>, sql: String| {
        back.push(TakenBack { what, sql, of, column: column.map(str::to_owned) });
    };
    let changes = before.grants.taken_back(&now.grants, &live.grants, &live.initial);
    let again = granted_again(&changes, &live.grants);
    for (changes, says) in [(&changes, true), (&again, false)] {
        for (group, column) in groups(changes) {
            for ((todo, role), rights) in by_role(&group) {
                let who = grantee(&role);
                let what = says.then(|| granted(todo, &rights, &who));
                take(Of::Grants, column.as_deref(), what, grant_sql(todo, &rights, &name, &who));
            }
        }
    }
    for (&subject, stated) in &before.comments {
        if now.comments.contains_key(subject) || stated.value.is_none() || comment(live, subject).is_none() {
            continue;
        }
        let (of, column, about) = match subject {
            Subject::Whole => (Of::Comments, None, format!("{kind} {name}")),
            Subject::Column(column) => {
                (Of::Comments, Some(column.as_str()), format!("column {name}.{}", identifier(column)))
            }
            Subject::Rule(rule) => (Of::Rules, None, format!("rule {} on {name}", identifier(rule))),
        };
        take(of, column, Some(comment_of(subject)), format!("comment on {about} is null"));
    }
    let of_definition = &object.data().options;
    for (&option_name, stated) in &before.options {
        let states = now.options.contains_key(option_name) || of_definition.iter().any(|o| o == option_name);
        if !states && stated.value.is_some() && option(live, option_name).is_some() {
            let sql = format!("alter {kind} {name} reset ({})", identifier(option_name));
            take(Of::Options, None, Some(format!("option {option_name}")), sql);
        }
    }
    for (&column, stated) in &before.defaults {
        let live = live.made.defaults.contains_key(column);
        if !now.defaults.contains_key(column) && stated.value.is_some() && live {
            let of = identifier(column);
            let sql = format!("alter {kind} {name} alter column {of} drop default");
            take(Of::Defaults, Some(column), Some(format!("default of column {of}")), sql);
        }
    }
    for &rule in before.rules.keys() {
        if !now.rules.contains_key(rule) && live.made.rules.contains_key(rule) {
            let sql = format!("drop rule {} on {name}", identifier(rule));
            take(Of::Rules, None, Some(format!("rule {}", identifier(rule))), sql);
        }
    }
    back
}

/// Changes of the whole object together, those of each column by themselves, because the column may be gone.
fn groups(changes: &[Change]) -> Vec<(Vec<Change>, Option<String>)> {
    let columns: BTreeSet<Option<&String>> = changes.iter().map(|(_, right)| right.column.as_ref()).collect();
    let of = |column: Option<&String>| {
        changes.iter().filter(|(_, right)| right.column.as_ref() == column).cloned().collect()
    };
    columns.into_iter().map(|column| (of(column), column.cloned())).collect()
}

fn comment<'l>(live: &'l Attached, subject: &Subject) -> Option<&'l str> {
    let found = live.comments.iter().find(|comment| match subject {
        Subject::Whole => comment.column.is_none() && comment.rule.is_none(),
        Subject::Column(column) => comment.column.as_ref() == Some(column),
        Subject::Rule(rule) => comment.rule.as_ref() == Some(rule),
    });
    found.map(|comment| comment.text.as_str())
}

fn comment_of(subject: &Subject) -> String {
    match subject {
        Subject::Whole => "comment".to_owned(),
        Subject::Column(column) => format!("comment on column {}", identifier(column)),
        Subject::Rule(rule) => format!("comment on rule {}", identifier(rule)),
    }
}

fn option<'l>(live: &'l Attached, name: &str) -> Option<&'l str> {
    live.options
        .iter()
        .find_map(|option| option.split_once('=').filter(|(key, _)| *key == name))
        .map(|(_, v)| v)
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

/// What a text stated when this is to be done because it states it no more.
fn granted(todo: Todo, rights: &str, who: &str) -> String {
    match todo {
        Todo::Revoke => format!("grant of {rights} to {who}"),
        Todo::RevokeOption => format!("grant option of {rights} to {who}"),
        Todo::Grant | Todo::GrantWithOption => format!("revoke of {rights} from {who}"),
    }
}

fn grant_sql(todo: Todo, rights: &str, name: &Name, who: &str) -> String {
    match todo {
        Todo::Grant => format!("grant {rights} on {name} to {who}"),
        Todo::GrantWithOption => format!("grant {rights} on {name} to {who} with grant option"),
        Todo::Revoke => format!("revoke {rights} on {name} from {who}"),
        Todo::RevokeOption => format!("revoke grant option for {rights} on {name} from {who}"),
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
