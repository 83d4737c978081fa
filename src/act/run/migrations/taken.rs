//! What a statement itself takes away, with CASCADE or in code that it runs. It is saved first, and what fits comes back behind the
//! migrations; the rest is named.

use std::collections::BTreeSet;

use super::cascade::Reach;
use super::displaced::{Taken, locks};
use super::stepwise::{SAVEPOINT, Way, at, said};
use super::stopped::Stopped;
use crate::act::run::session_state::mark::Mark;
use crate::act::run::session_state::settings::Moment;
use crate::decide::attached::ownership::{answer_for, distrusted};
use crate::look::read_facts::milliseconds;
use crate::read::address::Address;
use crate::read::catalog::{self, there};
use crate::read::dependent::Dependent;
use crate::read::session::{Failure, Session};
use crate::set::project::Project;
use crate::words::amount::count;
use crate::words::error::{Error, ErrorKind};
use crate::words::identity::Identity;
use crate::words::lexeme::{Kind, lexemes};
use crate::words::options::Foreign;
use crate::words::span::Span;

/// How many objects the server names at most.
const NAMED_AT_MOST: usize = 100;

/// A statement: its migration, by index, and its place in the file.
type Statement = (usize, Span);

/// Whether a statement of a migration may take away what it does not name; code counts where there may be something to lose.
pub fn reaches_beyond_names(project: &Project, index: usize, code: bool) -> bool {
    any_statement(project, index, |reach| match reach {
        Reach::Named => false,
        Reach::Cascade(_) => true,
        Reach::Code => code,
    })
}

fn any_statement(project: &Project, index: usize, is: impl Fn(Reach) -> bool) -> bool {
    let migration = &project.manifest().migrations[index];
    let text = project.text(&migration.file);
    migration.statements.iter().any(|span| is(Reach::of(text.get(span.start..span.end).unwrap_or(""))))
}

impl Way<'_> {
    /// Whether a migration has to be looked at afterwards: it runs code, and there is something to lose.
    pub fn is_watched(&self, index: usize) -> bool {
        !self.aside.before.is_empty() && any_statement(self.project, index, |reach| reach == Reach::Code)
    }

    /// Whether everything is still there that was there before the migrations.
    pub fn all_stands(&self, session: &mut Session<'_>) -> Result<bool, Failure> {
        Ok(self.aside.before.is_subset(&there(session)?))
    }

    /// What goes with a statement that the server refused without the word CASCADE, naming these. What fits is put back later.
    pub fn taken_by_cascade(
        &mut self,
        session: &mut Session<'_>,
        statement: Statement,
        named: &BTreeSet<Address>,
        refused: &Failure,
        text: &str,
    ) -> Result<Vec<Dependent>, Stopped> {
        let detail = refused.refusal().and_then(|server| server.detail.as_ref());
        if detail.is_some_and(|detail| detail.lines().count() >= NAMED_AT_MOST) {
            return self.taken_by_code(session, statement, text);
        }
        let roots: Vec<Address> = named.iter().cloned().collect();
        let error =
            |error| Stopped::Refused(at(self.project, statement.0, statement.1, said(error, refused)));
        self.save(session, statement, &roots, None).map_err(error)
    }

    /// What goes with a statement that runs code: it is run, and what is gone then is compared with what was there. It is
    /// undone in any case, and runs again.
    pub fn taken_by_code(
        &mut self,
        session: &mut Session<'_>,
        statement: Statement,
        text: &str,
    ) -> Result<Vec<Dependent>, Stopped> {
        if self.aside.before.is_empty() {
            return Ok(Vec::new());
        }
        let failed = |failure| Stopped::Migration { index: statement.0, failure };
        let before = there(session).map_err(failed)?;
        let mark = Mark::before(session, text).map_err(failed)?;
        let gone: Option<Vec<Address>> = match session.send_theirs(text) {
            Ok(_) => {
                let after = there(session).map_err(failed)?;
                Some(before.difference(&after).cloned().collect())
            }
            // Its failure is told when it runs again.
            Err(Failure::Server(_)) => None,
            Err(failure) => return Err(failed(failure)),
        };
        Mark::back_to(session, SAVEPOINT, mark.as_ref()).map_err(failed)?;
        match gone {
            Some(gone) if !gone.is_empty() => {
                let error = |error| Stopped::Refused(at(self.project, statement.0, statement.1, error));
                self.save(session, statement, &gone, Some(text)).map_err(error)
            }
            _ => Ok(Vec::new()),
        }
    }

    /// Saves what goes with these, and locks it. `code`: a text by which it goes; what that names is meant to go.
    fn save(
        &mut self,
        session: &mut Session<'_>,
        (index, _): Statement,
        roots: &[Address],
        code: Option<&str>,
    ) -> Result<Vec<Dependent>, Error> {
        let name = self.project.manifest().migrations[index].label();
        let failed = |failure: Failure| {
            let message = format!("cannot save what goes with a statement of migration {name}");
            failure.while_(ErrorKind::Migration, message)
        };
        let deadline = milliseconds(self.options.lock_timeout);
        let moment = Moment::enter(session, self.role, &deadline).map_err(failed)?;
        let mut going = catalog::dependents(session, self.project, roots, true, &[]).map_err(failed)?;
        let words = code.map(words).unwrap_or_default();
        going.retain(|dependent| {
            self.aside.was_there(dependent)
                && !words.contains(&Identity::displayed(&dependent.identity).name.to_lowercase())
        });
        let (back, lost) = self.sort(session, going, index)?;
        self.aside.wanted = back.iter().filter_map(|dependent| dependent.relation).collect();
        session.send(&locks(&back, &deadline)).map_err(failed)?;
        moment.leave(session).map_err(failed)?;
        self.aside.taken.extend(lost);
        Ok(back)
    }

    /// Tells what may come back from what is lost, with the reason.
    fn sort(
        &self,
        session: &mut Session<'_>,
        going: Vec<Dependent>,
        migration: usize,
    ) -> Result<(Vec<Dependent>, Vec<Taken>), Error> {
        let recorded = self.ledger.owned(session).map_err(|failure| {
            failure.while_(ErrorKind::Ledger, "cannot read which objects are the project's")
        })?;
        let (mut back, mut lost, mut foreign) = (Vec::new(), Vec::new(), Vec::new());
        let mut lose = |object: &Dependent, why| {
            lost.push(Taken { migration, object: object.to_string(), why });
        };
        for mut dependent in going {
            if is_of_a_table(&dependent) {
                lose(&dependent, None);
                continue;
            }
            let ours = self.aside.is_ours(self.project, &recorded, &dependent);
            if !ours {
                foreign.push(dependent.to_string());
            }
            let missing =
                (!dependent.missing.is_empty()).then(|| format!("lacking {}", dependent.missing.join(", ")));
            let untrusted =
                distrusted(self.project, ours, &dependent).map(|untrusted| untrusted.what.clone());
            let why = dependent.impossible.clone().or(missing).or(untrusted);
            if why.is_some() && !ours {
                lose(&dependent, why);
                continue;
            }
            answer_for(self.project, ours, &mut dependent);
            back.push(dependent);
        }
        if self.options.foreign == Foreign::Refuse && !foreign.is_empty() {
            let migration = self.project.manifest().migrations[migration].label();
            let objects = count(foreign.len(), "object");
            let message = format!(
                "migration {migration} takes {objects} of no file of this project away with CASCADE: {}",
                foreign.join(", ")
            );
            return Err(Error::new(ErrorKind::Conflict, message).help(
                "allow it with Foreign::Rebuild, which puts back what fits, or change or drop them in the migration, before \
                 this statement",
            ));
        }
        Ok((back, lost))
    }
}

/// Whether something belongs to a table or a type. These are the migrations' own, so what they make of it counts.
fn is_of_a_table(dependent: &Dependent) -> bool {
    !matches!(
        dependent.kind.as_str(),
        "view"
            | "materialized view"
            | "function"
            | "procedure"
            | "aggregate"
            | "trigger"
            | "rule"
            | "operator"
            | "cast"
            | "transform"
    )
}

/// The names and words of a text, in lower case, those in quotes of any kind among them.
fn words(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for piece in lexemes(text).filter(|piece| !piece.is_blank()) {
        match piece.kind {
            Kind::Dollars | Kind::Literal => found.extend(words(&piece.value())),
            _ => {
                found.insert(piece.value().to_lowercase());
            }
        }
    }
    found
}
