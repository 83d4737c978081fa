//! The builder.

use std::borrow::Cow;
use std::time::Duration;

use log::error;
use postgres::Client;

use crate::act::commands::refresh;
use crate::act::commands::{export, ledger_history, preview, rehearsal, rollback, status};
use crate::act::run;
use crate::decide::plan::value::{Plan, RollbackPlan};
use crate::decide::rehearsal::Rehearsal;
use crate::look::server_error::encoding;
use crate::set::project::Project;
use crate::words::check::Check;
use crate::words::error::Error;
use crate::words::export::{Export, Selection};
use crate::words::history::{Forgotten, History};
use crate::words::options::{Drift, Foreign, Options, Prune, Superseded};
use crate::words::progress::{Observer, Progress};
use crate::words::refresh::Refresh;
use crate::words::refreshed::Refreshed;
use crate::words::report::Report;
use crate::words::status::Status;
use crate::words::views::Views;

/// Brings a database to the state of a project.
///
/// `migrate::migrator()` gives one for the embedded project, with every option at its default.
///
/// ```no_run
/// # mod migrate { pub fn migrator() -> viewkeeper::Migrator { unimplemented!() } }
/// use std::time::Duration;
/// use viewkeeper::Drift;
///
/// # fn example(mut client: viewkeeper::postgres::Client) -> Result<(), Box<dyn std::error::Error>> {
/// let report = migrate::migrator().lock_wait(Duration::from_secs(30)).drift(Drift::Report).run(&mut client)?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "nothing happens until `run`, `plan` or `check` is called"]
pub struct Migrator {
    pub(super) project: Cow<'static, Project>,
    pub(super) options: Options,
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

    /// The schema of unqualified names. By default the one in `viewkeeper.toml`, or `public`. The schemas of the project's path
    /// stay as they are.
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
    /// 100 milliseconds by default. It is never more than half the server's `deadlock_timeout`.
    pub fn lock_timeout(mut self, timeout: Duration) -> Self {
        self.options.lock_timeout = timeout;
        self
    }

    /// How long a table migration may wait for a lock before we give way and try again; half a second by default. Whoever
    /// comes after us for the same table queues behind us for that long, readers of a table that is altered too. It is the
    /// `lock_timeout` under which each migration begins: one that sets another in its text has that, and
    /// `set lock_timeout = 0`, which stands at the head of every dump, leaves ours. It does not hold for statements `CONCURRENTLY`, which keep nobody waiting. With half the server's `deadlock_timeout` or less, no
    /// reader is chosen to end a deadlock with us.
    pub fn migration_lock_timeout(mut self, timeout: Duration) -> Self {
        self.options.migration_lock_timeout = timeout;
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

    /// When to refresh materialized views whose files have no directive `refresh`; after a run that changed something below
    /// them by default.
    pub fn refresh_when(mut self, refresh: Refresh) -> Self {
        self.options.refresh = refresh;
        self
    }

    /// Whom to tell what is being done, before it begins: for a progress bar, or a supervisor that must know of life.
    ///
    /// ```no_run
    /// # mod migrate { pub fn migrator() -> viewkeeper::Migrator { unimplemented!() } }
    /// # fn example(mut client: viewkeeper::postgres::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// migrate::migrator().observer(|progress| eprintln!("{progress}")).run(&mut client)?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn observer(mut self, observer: impl Fn(&Progress) + Send + Sync + 'static) -> Self {
        self.options.observer = Observer::new(observer);
        self
    }

    #[cfg(feature = "tool")]
    pub(super) fn options(&self) -> &Options {
        &self.options
    }

    /// The error, with the place of a character that the database cannot hold.
    pub(super) fn placed(&self, error: Error) -> Error {
        encoding::placed(&self.project, error)
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
    /// or a lock was not to be had in time. The error's `Debug` form is the full report, which is logged at level error, too.
    pub fn run(&self, client: &mut Client) -> Result<Report, Error> {
        let report = run::run(&self.project, &self.options, client);
        logged(report.map_err(|error| self.placed(error)))
    }

    /// What [`run`](Self::run) would do. Whatever it needs to find that out is rolled back.
    ///
    /// # Errors
    ///
    /// As [`run`](Self::run).
    pub fn plan(&self, client: &mut Client) -> Result<Plan, Error> {
        logged(preview::plan(&self.project, &self.options, client).map_err(|error| self.placed(error)))
    }

    /// What [`plan`](Self::plan) decides on, as JSON: the files of the objects, what the database tells of these, and what is
    /// recorded of them, also where the plan is an error. A report of a plan that is not as it should be is complete with it. Of the
    /// definitions of objects that are of no file of the project it holds hashes, or with `full` the texts; of tables it
    /// holds no rows.
    ///
    /// # Errors
    ///
    /// The database cannot be read.
    pub fn facts(&self, client: &mut Client, full: bool) -> Result<String, Error> {
        let facts = preview::facts(&self.project, &self.options, client, full);
        logged(facts.map_err(|error| self.placed(error)))
    }

    /// Does what [`run`](Self::run) would do, says what happened and which locks were taken, and takes everything back.
    /// While it runs it holds these locks as a run does, and a sequence that a migration advances stays advanced.
    ///
    /// # Errors
    ///
    /// As [`run`](Self::run).
    pub fn rehearse(&self, client: &mut Client) -> Result<Rehearsal, Error> {
        logged(rehearsal::rehearse(&self.project, &self.options, client).map_err(|error| self.placed(error)))
    }

    /// How the database differs from the project: objects missing, outdated, altered or extra, pending migrations, and
    /// the queries of `checks/` that return rows. Needs no ownership, takes no lock that others would notice.
    ///
    /// # Errors
    ///
    /// The database cannot be read, or something that is not ours is in the way of the project.
    pub fn check(&self, client: &mut Client) -> Result<Check, Error> {
        logged(preview::check(&self.project, &self.options, client).map_err(|error| self.placed(error)))
    }

    /// Which release stands, who applied it and when, what is pending, and who works on the project at this moment. Reads
    /// the ledger, the migration history and the lock, and nothing else: it is cheaper than [`check`](Self::check), and does not
    /// compare.
    ///
    /// # Errors
    ///
    /// The database cannot be read, or the applied migrations and the project's do not fit together.
    pub fn status(&self, client: &mut Client) -> Result<Status, Error> {
        logged(status::status(&self.project, &self.options, client))
    }

    /// The live views, materialized views, functions, procedures, aggregates and triggers of the project's schemas as the
    /// files of a project, each with what is attached to it: the way to adopt a database that exists. Only reads.
    ///
    /// Members of extensions and objects that another project keeps are left out, and named. An object that is as a file of
    /// the project says stays in that file. The tables' own statements are not exported.
    ///
    /// ```no_run
    /// # mod migrate { pub fn migrator() -> viewkeeper::Migrator { unimplemented!() } }
    /// use std::path::Path;
    /// use viewkeeper::export::{Existing, Selection};
    ///
    /// # fn example(mut client: viewkeeper::postgres::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// let export = migrate::migrator().export(&mut client, &Selection::default())?;
    /// export.write(Path::new("sql"), Existing::Keep)?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The database cannot be read, table migrations of the project are pending, or there is no object or schema of a name.
    pub fn export(&self, client: &mut Client, selection: &Selection) -> Result<Export, Error> {
        logged(export::export(&self.project, &self.options, client, selection))
    }

    /// What the ledger remembers: every release that was applied, and every text that an object ever had, by whom, when and
    /// with which release. With a name, only of the objects that are or were called so; a name without a schema is in the
    /// schema of the release that stands, and means every routine of that name. No file is needed for that.
    ///
    /// # Errors
    ///
    /// No release was applied yet, the name is of nothing that ever was, or the role may not read the texts: they are for the
    /// ledger's owner.
    pub fn history(&self, client: &mut Client, object: Option<&str>) -> Result<History, Error> {
        logged(ledger_history::history(&self.project, &self.options, client, object))
    }

    /// Brings the objects back to what they were in an earlier release, put together from the ledger: no file of it and no
    /// build is needed. `to` is the release: the first digits of its checksum (4 or more), the ledger's number of it, or
    /// `previous`.
    ///
    /// It is a run of that release: in one transaction, under the same locks, with everything kept that a person put on the
    /// objects. The table migrations stay as they are; where an object does not fit the tables any more, it fails and nothing
    /// is changed. Objects that came later are dropped at once, unless [`prune`](Self::prune) says never. That release stands
    /// then, built now: the binary of the one that it took the place of leaves it alone at its next run, and a build that
    /// is made later applies as usual.
    ///
    /// # Errors
    ///
    /// As [`run`](Self::run), or the release is unknown, or ambiguous (its candidates are listed), or its texts were
    /// forgotten, or somebody applied another release in the meantime.
    pub fn rollback(&self, client: &mut Client, to: &str) -> Result<Report, Error> {
        logged(rollback::rollback(&self.project, &self.options, client, to))
    }

    /// What [`rollback`](Self::rollback) would do. Whatever it needs to find that out is rolled back. A person who saw it lets
    /// it be done with [`rollback_as_planned`](Self::rollback_as_planned).
    ///
    /// # Errors
    ///
    /// As [`rollback`](Self::rollback).
    pub fn plan_rollback(&self, client: &mut Client, to: &str) -> Result<RollbackPlan, Error> {
        logged(rollback::plan(&self.project, &self.options, client, to))
    }

    /// Does what a plan says, or nothing: under the project's lock it is made again, and when another release stands by then, or
    /// something else would be done, or an object that is in it was changed, that is an error which names it.
    ///
    /// ```no_run
    /// # mod migrate { pub fn migrator() -> viewkeeper::Migrator { unimplemented!() } }
    /// # fn example(mut client: viewkeeper::postgres::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// let plan = migrate::migrator().plan_rollback(&mut client, "previous")?;
    /// println!("{plan}");
    /// let report = migrate::migrator().rollback_as_planned(&mut client, &plan)?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`rollback`](Self::rollback), or [`ErrorKind::Moved`](crate::ErrorKind::Moved): look at the plan again.
    pub fn rollback_as_planned(&self, client: &mut Client, plan: &RollbackPlan) -> Result<Report, Error> {
        logged(rollback::as_planned(&self.project, &self.options, client, plan))
    }

    /// Takes texts out of the ledger that no release from `before` on holds, `before` as for
    /// [`rollback`](Self::rollback); never one that stands. Who recorded them, when and with which release stays known.
    /// Going back to an earlier release is an error after that.
    ///
    /// # Errors
    ///
    /// As [`history`](Self::history), or the role may not write the ledger.
    pub fn forget(&self, client: &mut Client, before: &str) -> Result<Forgotten, Error> {
        logged(ledger_history::forget(&self.project, &self.options, client, before))
    }

    /// Fills every materialized view of the project anew: in dependency order, each in a transaction of its own, with
    /// CONCURRENTLY where the server can do that (the view is filled, and has a valid unique index over plain columns and all
    /// rows), so that its readers go on. Where not, the report says why. One that is empty is filled, one that is not there is
    /// skipped.
    ///
    /// All are refreshed, whether or not anything below them changed: PostgreSQL does not say reliably whether a table
    /// changed since. Its counters come seconds late, move with what was rolled back, and do not move with TRUNCATE.
    ///
    /// The queries run with the project's schema and those of its path in the search_path, in UTC and with the other settings that a
    /// run fills views with, and under no statement timeout. From PostgreSQL 17 on the server itself leaves only
    /// `pg_catalog` in the search_path, also in functions that the query calls: these have to qualify what they name, or SET
    /// search_path.
    ///
    /// ```no_run
    /// # mod migrate { pub fn migrator() -> viewkeeper::Migrator { unimplemented!() } }
    /// use viewkeeper::refresh::Views;
    ///
    /// # fn example(mut client: viewkeeper::postgres::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// migrate::migrator().refresh(&mut client, &Views::named(["gene_scores", "stats.per_panel"]))?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// Must be called outside of a transaction and, as `run`, outside of an async runtime.
    ///
    /// Locks are waited for as in [`run`](Self::run): we give way after [`lock_timeout`](Self::lock_timeout), and try again
    /// for [`retry_for`](Self::retry_for), each view anew.
    ///
    /// # Errors
    ///
    /// A right is missing, the server refuses a view (its error has the view's file; what was refreshed before it is
    /// committed, and named), or a lock was not to be had in time; or a name is of no materialized view of the project: then
    /// nothing is refreshed.
    pub fn refresh(&self, client: &mut Client, views: &Views) -> Result<Refreshed, Error> {
        logged(refresh::refresh(&self.project, &self.options, client, views))
    }
}

/// Logs the whole report of what failed: an application may print no more than the error's line.
pub(super) fn logged<T>(result: Result<T, Error>) -> Result<T, Error> {
    result.inspect_err(|error| error!(target: "viewkeeper", "{error:?}"))
}
