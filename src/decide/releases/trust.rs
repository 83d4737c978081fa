//! What is wrong with a ledger or a migration history that is not read or not written, and the way out.

use crate::read::facts::{Flaw, Looked, Refusal};
use crate::read::ledger::Ledger;
use crate::words::error::{Error, ErrorKind};
use crate::words::read_only_reason::ReadOnlyReason;

/// What is wanted of ledger and history. To read, a superuser asks as much as somebody who writes: what it reads by mistake runs
/// with all rights. So does a role that works here, of the ledger: it would leave undone what a stranger says is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    Read,
    Write,
}

impl Looked {
    /// Whether anything may be wrong with the ledger, or with the history of this name.
    pub fn in_doubt(&self, history: Option<&str>, access: Access) -> bool {
        let strict = access == Access::Write || self.superuser;
        let alien = strict && self.alien || self.obeys_others();
        let ledger = self.concerns_ledger(access);
        let history = self.histories.iter().find(|there| Some(there.quoted.as_str()) == history);
        ledger && (self.code || alien)
            || strict && self.everywhere
            || history.is_some_and(|there| there.code || strict && there.alien)
    }

    /// Without tables there is nothing to read; but a superuser is told at once that the schema is a stranger's.
    fn concerns_ledger(&self, access: Access) -> bool {
        match access {
            Access::Read => self.format > 0 || self.superuser && self.home.is_some(),
            Access::Write => self.home.is_some(),
        }
    }

    /// The role works here, and somebody whom it does not trust may write the ledger.
    fn obeys_others(&self) -> bool {
        self.whose.as_ref().is_some_and(|whose| whose.works && whose.alien)
    }

    /// What a role that only reads should know of the ledger that it believes.
    pub fn warning(&self) -> Option<String> {
        let strangers = self.whose.as_ref().map(|whose| whose.strangers.join(", "))?;
        (!strangers.is_empty()).then(|| {
            format!(
                "the ledger belongs to role {strangers}, which this role does not trust and which owns nothing of the project: \
                 what it says may be made up"
            )
        })
    }

    /// What is wrong with the ledger, or with the history of this name, of what was asked exactly.
    pub fn refused(&self, history: Option<&str>, access: Access) -> Option<Error> {
        let strict = access == Access::Write || self.superuser;
        let place = self.histories.iter().find(|there| Some(there.quoted.as_str()) == history);
        let place = place.map(|there| there.place);
        let counts = |refusal: &&Refusal| {
            let strict = strict || refusal.place.is_none() && self.obeys_others();
            let concerns = match refusal.place {
                None => refusal.what == Flaw::Everywhere || self.concerns_ledger(access),
                some => some == place,
            };
            concerns && (refusal.code || strict)
        };
        let mut refusals = self.refusals.iter().flatten().filter(counts);
        let first = refusals.next()?;
        let kind = if first.place.is_some() { ErrorKind::History } else { ErrorKind::Ledger };
        let mut error = Error::new(kind, message(first))
            .object(first.relation.as_str())
            .note("nothing of it was read")
            .unchanged();
        let alike = |one: &Refusal, other: &Refusal| {
            (one.place, one.what, &one.owner, &one.which)
                == (other.place, other.what, &other.owner, &other.which)
        };
        let mut rest: Vec<&Refusal> = refusals.collect();
        let mut next = Some(first);
        while let Some(shown) = next {
            let (same, others): (Vec<_>, Vec<_>) =
                rest.into_iter().partition(|refusal| alike(refusal, shown));
            if !same.is_empty() {
                let names: Vec<&str> = same.iter().map(|refusal| refusal.relation.as_str()).collect();
                error = error.note(format!("the same holds for {}", names.join(", ")));
            }
            rest = others;
            next = rest.first().copied();
            if let Some(refusal) = next {
                error = error.note(format!("{}: {}", message(refusal), way_out(refusal)));
                rest.remove(0);
            }
        }
        error = error.help(way_out(first));
        Some(match first.what {
            Flaw::Owner | Flaw::Schema => error.help(format!("or connect as {}", first.owner)),
            _ => error,
        })
    }
}

/// What is wrong.
fn message(refusal: &Refusal) -> String {
    let Refusal { relation, owner, .. } = refusal;
    let (home, subject) = match refusal.place {
        Some(_) => ("the migration history", format!("the migration history \"{relation}\"")),
        None => ("the ledger", format!("the ledger's table \"{relation}\"")),
    };
    let of = format!("{subject} of role {owner}");
    let which = which(refusal);
    let untrusted = format!("belongs to role {owner}, which this role does not trust");
    match refusal.what {
        Flaw::Owner => format!("{subject} {untrusted}"),
        Flaw::Schema => format!("schema \"{relation}\", where {home} is, {untrusted}"),
        Flaw::Create => {
            format!("role {which} may create in schema \"{relation}\" of role {owner}, where {home} is")
        }
        Flaw::Everywhere => {
            let member = match which == owner {
                true => format!(": it is a member of {relation}"),
                false => format!(", because role {owner} is a member of {relation}"),
            };
            format!("role {which} may write into every table, the ledger's too{member}")
        }
        Flaw::Kind => format!("{of} is a {which} and no table"),
        Flaw::Partition => format!("{of} is a part of {which}"),
        Flaw::Child => format!("{of} has the part {which}"),
        Flaw::Policies => format!("{of} has row level security"),
        Flaw::Rule => format!("{of} has rule {which}"),
        Flaw::Trigger => format!("{of} has trigger {which}"),
        Flaw::Reference => format!("a foreign key of a table that is not trusted refers to {of}"),
        Flaw::Default => format!("{of} has a default or an expression for column {which}"),
        Flaw::Check => format!("{of} has check {which}"),
        Flaw::Index => format!("{of} has index {which}, which has an expression"),
        Flaw::Statistics => format!("{of} has statistics {which}"),
        Flaw::Type => format!("{of} has column {which}, whose type is not one of PostgreSQL's own"),
        Flaw::Privilege => format!("role {which} may do more than read {of}"),
    }
}

/// What helps.
fn way_out(refusal: &Refusal) -> String {
    let Refusal { relation, owner, .. } = refusal;
    let which = which(refusal);
    match refusal.what {
        Flaw::Owner => format!("if what it holds is right: alter table {relation} owner to current_role;"),
        Flaw::Schema => format!("if it is meant for this: alter schema {relation} owner to current_role;"),
        Flaw::Create => format!("revoke create on schema {relation} from {which};"),
        Flaw::Everywhere => {
            format!("revoke {relation} from {owner}; or, if it may deploy, grant {which} to current_role;")
        }
        Flaw::Kind => format!("drop {which} {relation};"),
        Flaw::Partition => format!("alter table {relation} no inherit {which}; or detach it"),
        Flaw::Child => format!("alter table {which} no inherit {relation};"),
        Flaw::Policies => format!("alter table {relation} disable row level security;"),
        Flaw::Rule => format!("drop rule {which} on {relation};"),
        Flaw::Trigger => format!("drop trigger {which} on {relation};"),
        Flaw::Reference => format!("alter table {which};"),
        Flaw::Default => {
            format!("alter table {relation} alter column {which} drop default; or drop expression")
        }
        Flaw::Check => format!("alter table {relation} drop constraint {which};"),
        Flaw::Index => format!("drop index {which};"),
        Flaw::Statistics => format!("drop statistics {which};"),
        Flaw::Type => format!("give the column of {relation} a type of PostgreSQL's own"),
        Flaw::Privilege => {
            format!("revoke all on {relation} from {which}; grant select on {relation} to {which};")
        }
    }
}

fn which(refusal: &Refusal) -> &str {
    refusal.which.as_deref().unwrap_or("somebody")
}

/// What a command that does not move the ledger says of one of format 1.
pub fn earlier(closed: Option<ReadOnlyReason>) -> Error {
    let message = format!(
        "the ledger has format 1, and this version of viewkeeper works with format {}",
        Ledger::FORMAT
    );
    let error = Error::new(ErrorKind::Ledger, message).unchanged();
    match closed {
        Some(ReadOnlyReason::Standby) => {
            error.help("run this version on the primary first: that moves the ledger")
        }
        _ => error.help(
            "run this version first where it may write (run, or viewkeeper apply): that moves the ledger",
        ),
    }
}
