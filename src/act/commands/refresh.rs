//! Refreshing materialized views: in the project's order, one transaction each.
//!
//! No lock of the project is taken: a refresh may need an hour, and a run that touches none of these views has no reason to
//! wait for it. One that does waits for the locks on the views, as it does for readers.

use std::collections::BTreeMap;
use std::time::Instant;

use log::{debug, info};

use crate::act::run::Run;
use crate::act::run::backoff::Backoff;
use crate::act::run::preconditions::session::check_session;
use crate::act::run::retry::busy;
use crate::decide::compare::uses::question_of_filling;
use crate::decide::plan::side_by_side::SideBySide;
use crate::decide::refresh::asked;
use crate::decide::refresh::stale::{above, refreshed};
use crate::look::read_facts::milliseconds;
use crate::look::server_error::uses::untrusted;
use crate::read::catalog::{self, CANONICAL, pins};
use crate::read::facts::Blocker;
use crate::read::refreshable::{Filled, Notes, Refreshable, refreshable};
use crate::read::session::{Failure, SET_OURS, Session, Value, bind};
use crate::read::stale::{Stale, note_text, noted, settling_texts};
use crate::set::project::{Object, Project};
use crate::words::error::{Error, ErrorKind, LeftBehind};
use crate::words::name::identifier;
use crate::words::object::Kind;
use crate::words::options::Options;
use crate::words::progress::Stage;
use crate::words::read_only_reason::ReadOnlyReason;
use crate::words::refreshed::{RefreshMode, Refreshed, RefreshedView, SkippedView};
use crate::words::sqlstate::{INSUFFICIENT_PRIVILEGE, gives_way};
use crate::words::views::Views;

/// Refreshes materialized views of a project.
pub fn refresh(
    project: &Project,
    options: &Options,
    client: &mut postgres::Client,
    views: &Views,
) -> Result<Refreshed, Error> {
    let started = Instant::now();
    let objects = match views {
        Views::Named(names) => asked::named(project, names)?,
        Views::All | Views::Stale => asked::all(project),
    };
    let mut run = Run::new(project, options, client);
    let probe = run.probe()?;
    check_session(&mut run.session, &probe)?;
    let look = look(&mut run.session, project, options, &objects)?;
    writable(&look)?;
    if look.stale == Notes::Write {
        run.may_write(&probe)?;
    }
    let warnings = run.lost_rows(&probe).into_iter().collect();
    let mut session = run.session;
    let objects: BTreeMap<usize, Option<String>> = match views {
        Views::Stale => stale(&mut session, project, options, &look)?,
        _ => objects.into_iter().map(|index| (index, None)).collect(),
    };
    owned(project, &look, |index| objects.contains_key(&index))?;
    let place = (0, objects.len());
    let mut refresher = Refresher { project, options, session: &mut session, look: &look, retries: 0, place };
    let (mut views, mut skipped): (Vec<RefreshedView>, Vec<SkippedView>) = (Vec::new(), Vec::new());
    for (index, reason) in objects {
        let object = project.object(index);
        if reason.is_some() && refresher.live(object).is_some_and(|live| !live.populated) {
            skipped.push(SkippedView { object: object.name(), reason: "it is not filled".to_owned() });
            continue;
        }
        match refresher.view(object, reason) {
            Ok(Ok(view)) => views.push(view),
            Ok(Err(reason)) => skipped.push(SkippedView { object: object.name(), reason }),
            Err(error) => return Err(explain(error, &views)),
        }
    }
    let retries = refresher.retries;
    let project = project.name().to_owned();
    Ok(Refreshed { project, views, skipped, retries, warnings, duration: started.elapsed() })
}

/// What stands there.
pub fn look(
    session: &mut Session<'_>,
    project: &Project,
    options: &Options,
    objects: &[usize],
) -> Result<Refreshable, Error> {
    refreshable(session, project, objects, &options.ledger)
        .map_err(|failure| failure.while_(ErrorKind::Ledger, "cannot look at the materialized views"))
}

/// The materialized views whose rows are noted to be old, and those above them, each with the reason.
fn stale(
    session: &mut Session<'_>,
    project: &Project,
    options: &Options,
    look: &Refreshable,
) -> Result<BTreeMap<usize, Option<String>>, Error> {
    if look.stale == Notes::None {
        return Ok(BTreeMap::new());
    }
    let noted = noted(session, project, &options.ledger)
        .map_err(|failure| failure.while_(ErrorKind::Ledger, "cannot read the ledger's notes of old rows"))?;
    let known =
        noted.into_iter().filter_map(|stale| Some((project.find(&stale.identity)?.index(), stale.why)));
    let mut stale: BTreeMap<usize, String> =
        known.filter(|(index, _)| project.object(*index).kind() == Kind::MaterializedView).collect();
    let mut open: Vec<usize> = stale.keys().copied().collect();
    while let Some(index) = open.pop() {
        for above in above(project, index) {
            stale.entry(above).or_insert_with(|| {
                open.push(above);
                refreshed(project.object(index))
            });
        }
    }
    Ok(stale.into_iter().map(|(index, why)| (index, Some(why))).collect())
}

/// Says why nothing can be refreshed here.
fn writable(look: &Refreshable) -> Result<(), Error> {
    match ReadOnlyReason::of(look.recovery, look.read_only) {
        Some(why) => Err(why.refuses("materialized views cannot be refreshed here: ")),
        None => Ok(()),
    }
}

/// Names every right that is missing before anything is done.
fn owned(project: &Project, look: &Refreshable, wanted: impl Fn(usize) -> bool) -> Result<(), Error> {
    let missing: Vec<String> = look
        .found
        .iter()
        .filter(|live| live.kind == "m" && !live.may_refresh && wanted(live.place))
        .map(|live| format!("\"{}\" (owner {})", project.object(live.place).name(), live.owner))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let (role, missing) = (identifier(&look.role), missing.join(", "));
    let message = format!("role {role} may not refresh materialized view {missing}");
    let error = Error::new(ErrorKind::Rights, message).unchanged();
    Err(match look.server {
        170_000.. => error.help(format!("refresh as the owner, or grant maintain on ... to {role};")),
        _ => error.help("refresh as the owner"),
    })
}

/// Says what an error left behind.
fn explain(error: Error, done: &[RefreshedView]) -> Error {
    match done {
        [] if error.kind() == ErrorKind::Connection => error.or_left(LeftBehind::Uncommitted),
        [] => error.unchanged(),
        _ => error.left(LeftBehind::Refreshed(done.iter().map(|view| view.object.to_string()).collect())),
    }
}

/// Refreshes views in a session that is in no transaction.
pub struct Refresher<'r, 'c> {
    pub project: &'r Project,
    pub options: &'r Options,
    pub session: &'r mut Session<'c>,
    pub look: &'r Refreshable,
    pub retries: usize,
    /// How many views were begun, and how many there are.
    pub place: (usize, usize),
}

impl Refresher<'_, '_> {
    /// What stands under an object's name.
    pub fn live(&self, object: Object<'_>) -> Option<&Filled> {
        self.look.found.iter().find(|live| live.place == object.index())
    }

    /// Refreshes one view, again while somebody holds a lock; or says why there is nothing to refresh.
    pub fn view(
        &mut self,
        object: Object<'_>,
        reason: Option<String>,
    ) -> Result<Result<RefreshedView, String>, Error> {
        let mode = match asked::mode(self.live(object)) {
            Ok(mode) => mode,
            Err(why) => return Ok(Err(why)),
        };
        self.place.0 += 1;
        self.options.observer.tell(Stage::Refresh, object.name(), self.place);
        let text = self.text(object, &mode);
        let mut backoff: Option<Backoff> = None;
        let mut tries = 1;
        loop {
            let started = Instant::now();
            match self.try_it(&text) {
                Ok(rows) => {
                    let duration = started.elapsed();
                    let view = RefreshedView { object: object.name(), rows, duration, mode, reason };
                    info!(target: "viewkeeper::refresh", "{view}");
                    return Ok(Ok(view));
                }
                Err(failure) => {
                    self.session.rollback();
                    let held = failure.refusal().is_some_and(gives_way);
                    let error = refused(self.project, object, failure);
                    if !held {
                        return Err(error);
                    }
                    let blockers = self.blockers(object);
                    let backoff = backoff.get_or_insert_with(|| Backoff::of_moments(self.options.retry_for));
                    if tries >= self.options.tries as usize || !backoff.pause() {
                        return Err(busy(error, tries, &blockers));
                    }
                    debug!(target: "viewkeeper::refresh", "gave way: {error}");
                    tries += 1;
                    self.retries += 1;
                }
            }
        }
    }

    /// One transaction, up to the commit, in one message: readers wait for no word of ours. Compiling is the caller's to decide, who knows how dear the queries are; everything
    /// else that changes what is stored is pinned, as where a run fills a view.
    fn text(&self, object: Object<'_>, mode: &RefreshMode) -> String {
        let name = object.name();
        let (seen, settled) = self.notes(object);
        let may_read = self.live(object).is_some_and(|live| live.may_read);
        let concurrently = match mode {
            RefreshMode::Concurrently => "concurrently ",
            RefreshMode::Exclusively { .. } => "",
        };
        let (before, after) = match mode {
            RefreshMode::Exclusively { .. } if self.look.track_counts => {
                let written = bind("refreshed", &[("name", Value::Text(&name.to_string()))]);
                (format!("{written};\n"), written)
            }
            _ if may_read => (String::new(), count_rows(object)),
            _ => (String::new(), String::new()),
        };
        let asked =
            question_of_filling(self.project, &[object.index()], &[object.index()], &SideBySide::default());
        format!(
            "{};\n{asked};\nset local jit to default;\n{};\n{seen}{before}\
             set local search_path to {};\nrefresh materialized view {concurrently}{name};\n{SET_OURS}{after}{settled}",
            pins(CANONICAL),
            catalog::lock_timeout(&milliseconds(self.options.lock_timeout)),
            self.project.search_path(),
        )
    }

    /// What goes before and behind a refresh in its transaction: the notes of old rows that it settles, and those of the
    /// views above it, whose rows are old now.
    fn notes(&self, object: Object<'_>) -> (String, String) {
        if self.look.stale != Notes::Write {
            return (String::new(), String::new());
        }
        let (project, ledger) = (self.project, &self.options.ledger);
        let (seen, mut settled) = settling_texts(project, ledger, &object.key());
        let stale = |index: usize| Stale { identity: project.object(index).key(), why: refreshed(object) };
        let above: Vec<Stale> = above(project, object.index()).into_iter().map(stale).collect();
        if !above.is_empty() {
            settled = format!("{settled};\n{}", note_text(project, ledger, &above));
        }
        (format!("{seen};\n"), format!(";\n{settled}"))
    }

    fn try_it(&mut self, text: &str) -> Result<Option<u64>, Failure> {
        let answers = self.session.transact("isolation level read committed read write", text)?;
        let mut numbers = answers.iter().filter_map(|answer| answer.parse::<u64>().ok());
        let first = numbers.next();
        Ok(numbers.next().zip(first).map(|(after, before)| after.saturating_sub(before)).or(first))
    }

    /// Who holds the view's lock, or that of something which its query reads.
    fn blockers(&mut self, object: Object<'_>) -> Vec<Blocker> {
        let oid = self.live(object).map(|live| live.oid);
        let of_view = catalog::blockers(self.session, oid.as_slice(), "").unwrap_or_default();
        match of_view.is_empty() {
            true => catalog::blockers(self.session, &[], "").unwrap_or_default(),
            false => of_view,
        }
    }
}

/// Beside a refresh that compares every row with every other one this is nothing: 0.07 s of 10 s for a million rows.
fn count_rows(object: Object<'_>) -> String {
    format!("select pg_catalog.count(*) as answer from {}", object.name())
}

fn refused(project: &Project, object: Object<'_>, failure: Failure) -> Error {
    if let Some(error) = untrusted(project, &failure) {
        return error;
    }
    let kind = match failure.code() {
        INSUFFICIENT_PRIVILEGE => ErrorKind::Rights,
        _ => ErrorKind::Object,
    };
    failure
        .while_(kind, format!("cannot refresh {} \"{}\"", object.kind(), object.name()))
        .object(object.key())
        .at(object.place(object.data().statement.start))
}
