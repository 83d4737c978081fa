//! The builder.

use std::borrow::Cow;
use std::time::Duration;

use postgres::Client;

use crate::act::{boot, preview, rehearsal};
use crate::decide::plan::Plan;
use crate::decide::rehearsal::Rehearsal;
use crate::set::project::Project;
use crate::words::check::Check;
use crate::words::error::Error;
use crate::words::options::{Drift, Foreign, Options, Prune, Superseded};
use crate::words::report::Report;

/// Brings a database to the state of a project.
///
/// `migrate::migrator()` gives one for the embedded project, with every option at its default.
///
/// ```ignore
/// let report = migrate::migrator().lock_wait(Duration::from_secs(30)).drift(Drift::Report).run(&mut client)?;
/// ```
#[derive(Clone, Debug)]
#[must_use = "nothing happens until `run`, `plan` or `check` is called"]
pub struct Migrator {
    project: Cow<'static, Project>,
    options: Options,
}

impl Migrator {
    /// A migrator for the embedded project; `migrate::migrator()` calls it.
    #[doc(hidden)]
    pub fn new(project: &'static Project) -> Self {
        Migrator { project: Cow::Borrowed(project), options: Options::default() }
    }

    /// A migrator for a project that was read at run time.
    pub(crate) fn of(project: Project) -> Self {
        Migrator { project: Cow::Owned(project), options: Options::default() }
    }

    /// The schema of unqualified names. By default the one in `viewkeeper.toml`, or `public`.
    pub fn schema(mut self, schema: impl Into<String>) -> Self {
        self.project = Cow::Owned(self.project.with_schema(&schema.into()));
        self
    }

    /// The schema of the ledger, `viewkeeper` by default.
    pub fn ledger_schema(mut self, schema: impl Into<String>) -> Self {
        self.options.ledger = schema.into();
        self
    }

    /// How long to wait for another process that works on the project; ten minutes by default.
    pub fn lock_wait(mut self, wait: Duration) -> Self {
        self.options.lock_wait = wait;
        self
    }

    /// How long the exclusive locks on existing objects may be waited for before we give way to readers and try again;
    /// 100 milliseconds by default. Keep it far below the server's `deadlock_timeout`.
    pub fn lock_timeout(mut self, timeout: Duration) -> Self {
        self.options.lock_timeout = timeout;
        self
    }

    /// For how long to try again after giving way; a minute by default.
    pub fn retry_for(mut self, time: Duration) -> Self {
        self.options.retry_for = time;
        self
    }

    /// How often to try at most, giving way each time somebody holds a lock; without a limit by default, so that
    /// [`retry_for`](Self::retry_for) decides.
    pub fn tries(mut self, tries: u32) -> Self {
        self.options.tries = tries.max(1);
        self
    }

    /// What to do with objects that were changed by hand; healed by default.
    pub fn drift(mut self, drift: Drift) -> Self {
        self.options.drift = drift;
        self
    }

    /// What to do when a release that was built later stands; left alone by default. The environment variable
    /// `VIEWKEEPER_SUPERSEDED` (`leave`, `refuse`, `restore`) overrules it.
    pub fn superseded(mut self, superseded: Superseded) -> Self {
        self.options.superseded = superseded;
        self
    }

    /// What to do with objects of no file of the project that hang on one which must be rebuilt; rebuilt with it by
    /// default.
    pub fn foreign(mut self, foreign: Foreign) -> Self {
        self.options.foreign = foreign;
        self
    }

    /// When to drop objects whose files are gone; by the next release by default.
    pub fn prune(mut self, prune: Prune) -> Self {
        self.options.prune = prune;
        self
    }

    /// The project.
    pub fn project(&self) -> &Project {
        &self.project
    }

    /// Brings the database to the state of the project, or finds that it is there.
    ///
    /// One round trip when nothing is to be done. Else everything happens in one transaction: on an error nothing is
    /// changed, unless a migration cannot run in a transaction; then the error names what is committed.
    ///
    /// `postgres::Client` must not be used inside an async runtime: see [`run_async`](crate::run_async).
    ///
    /// # Errors
    ///
    /// A migration or an object is refused by the server, something that is not ours is in the way, a right is missing,
    /// or a lock was not to be had in time. The error's `Debug` form is the full report.
    pub fn run(&self, client: &mut Client) -> Result<Report, Error> {
        boot::run(&self.project, &self.options, client)
    }

    /// What [`run`](Self::run) would do. Whatever it needs to find that out is rolled back.
    ///
    /// # Errors
    ///
    /// As [`run`](Self::run).
    pub fn plan(&self, client: &mut Client) -> Result<Plan, Error> {
        preview::plan(&self.project, &self.options, client)
    }

    /// Does what [`run`](Self::run) would do, says what happened and which locks were taken, and takes everything back.
    /// While it runs it holds these locks as a boot does, and a sequence that a migration advances stays advanced.
    ///
    /// # Errors
    ///
    /// As [`run`](Self::run).
    pub fn rehearse(&self, client: &mut Client) -> Result<Rehearsal, Error> {
        rehearsal::rehearse(&self.project, &self.options, client)
    }

    /// How the database differs from the project: objects missing, outdated, altered or extra, pending migrations, and
    /// the queries of `checks/` that return rows. Needs no ownership, takes no lock that others would notice.
    ///
    /// # Errors
    ///
    /// The database cannot be read, or something that is not ours is in the way of the project.
    pub fn check(&self, client: &mut Client) -> Result<Check, Error> {
        preview::check(&self.project, &self.options, client)
    }
}
