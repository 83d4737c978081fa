//! A migrator for PostgreSQL that is compiled into an application's binary: table migrations run once, and views,
//! materialized views, functions and triggers are kept as their SQL files say.
//!
//! ```no_run
//! // build.rs: fn main() { viewkeeper::collect("sql"); }
//! // here:     viewkeeper::embed!(mod migrate);
//! # mod migrate {
//! #     pub fn run(_: &mut viewkeeper::postgres::Client) -> Result<viewkeeper::Report, viewkeeper::Error> { unimplemented!() }
//! # }
//! use viewkeeper::postgres::{Client, NoTls};
//!
//! fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let mut client = Client::connect(&std::env::var("DATABASE_URL")?, NoTls)?;
//!     println!("{}", migrate::run(&mut client)?);
//!     Ok(())
//! }
//! ```
//!
//! # Where to look
//!
//! | for | see |
//! |---|---|
//! | the call at start-up, and what is embedded | [`embed!`], [`Project`] |
//! | the same with options, and everything else that can be asked | [`Migrator`] |
//! | an application on an async runtime | [`run_async`] |
//! | what a run did, would do, or tries and takes back | [`Report`], [`Plan`], [`Rehearsal`] |
//! | whether a database is as the files say, and where it stands | [`Check`], [`Status`] |
//! | materialized views filled anew | [`Refreshed`], [`refresh`] |
//! | earlier releases, and going back to one | [`history`], [`Migrator::rollback`] |
//! | a database that exists, as files | [`export`] |
//! | two whole databases, compared | [`schema`] |
//! | the dependency graph, and its pictures | [`graph`] |
//! | the commands, for an application's own program | `cli` (feature `cli`) |
//! | a throwaway server for an application's own tests | `testing` (feature `testing`) |
//!
//! The README is the guide; `docs/command-line.md` names each command and each field of its JSON; SECURITY.md says whom a run trusts and
//! which rights its role needs.
//!
//! # Options
//!
//! | method of [`Migrator`] | default | what it decides |
//! |---|---|---|
//! | [`schema`](Migrator::schema) | that of `viewkeeper.toml`, or `public` | where unqualified names are |
//! | [`ledger_schema`](Migrator::ledger_schema) | `viewkeeper` | where the ledger is |
//! | [`lock_wait`](Migrator::lock_wait) | 10 minutes | how long to wait for another process on the project |
//! | [`lock_timeout`](Migrator::lock_timeout) | 100 ms | how long readers may be kept waiting for an object |
//! | [`migration_lock_timeout`](Migrator::migration_lock_timeout) | 500 ms | the same for each lock of a table migration |
//! | [`retry_for`](Migrator::retry_for), [`tries`](Migrator::tries) | 1 minute, no limit | how long to go on giving way |
//! | [`drift`](Migrator::drift) | [`Drift::Heal`] | what was changed by hand |
//! | [`foreign`](Migrator::foreign) | [`Foreign::Rebuild`] | dependents of no file of the project |
//! | [`prune`](Migrator::prune) | [`Prune::NextRelease`] | objects whose files are gone |
//! | [`superseded`](Migrator::superseded) | [`Superseded::Leave`] | a later release that stands |
//! | [`refresh_when`](Migrator::refresh_when) | [`Refresh::OnChange`] | when materialized views are filled anew |
//! | [`observer`](Migrator::observer) | nobody | who is told of progress |
//!
//! # Errors
//!
//! [`Error`] prints one line; `{:?}`, which `main` prints, is the whole report: file, line and caret, the server's words, what is
//! unchanged and what helps. [`Error::code`] is the server's SQLSTATE, [`Error::as_db_error`] all that it said, as a value, and
//! [`Error::kind`] says what it is about:
//!
//! | [`ErrorKind`] | when |
//! |---|---|
//! | [`Connection`](ErrorKind::Connection) | the connection broke, or is in a state in which no work can be done |
//! | [`Migration`](ErrorKind::Migration) | a table migration failed |
//! | [`History`](ErrorKind::History) | the applied migrations and the project's do not fit together |
//! | [`Object`](ErrorKind::Object) | an object could not be made as its file says |
//! | [`Conflict`](ErrorKind::Conflict) | somebody else's object is in the way, or would not survive |
//! | [`Rights`](ErrorKind::Rights) | the role lacks a right, or the session cannot write |
//! | [`Busy`](ErrorKind::Busy) | a lock was not to be had in time |
//! | [`Refused`](ErrorKind::Refused) | an option said to refuse this |
//! | [`Unknown`](ErrorKind::Unknown) | a name that was given is that of nothing |
//! | [`Moved`](ErrorKind::Moved) | the database is not as it was when a rollback was planned |
//! | [`Ledger`](ErrorKind::Ledger) | the ledger is of a newer version, or damaged |
//!
//! # Features
//!
//! | feature | brings |
//! |---|---|
//! | `run` (default) | [`embed!`], [`Migrator`]: what an application needs at start-up, without an SQL parser |
//! | `build` | `collect`, for a build script: the parser, which reads and checks the files. As a build-dependency, without the default features |
//! | `cli` | the commands, for an application that offers them on its embedded project |
//! | `tool` | the program `viewkeeper`, which reads folders at run time |
//! | `testing` | a throwaway PostgreSQL server for an application's own tests |
//! | `int8-versions` | migration versions of eight bytes |

mod set;
#[cfg(feature = "build")]
mod text;
mod words;

#[cfg(feature = "run")]
mod act;
#[cfg(feature = "run")]
mod decide;
#[cfg(feature = "run")]
pub mod export;
#[cfg(feature = "run")]
mod face;
#[cfg(feature = "run")]
pub mod graph;
#[cfg(feature = "run")]
mod look;
#[cfg(feature = "run")]
mod read;
#[cfg(feature = "run")]
pub mod schema;

#[cfg(feature = "testing")]
pub mod testing;

#[cfg(feature = "build")]
pub use set::collect::collect;

#[cfg(feature = "run")]
pub use decide::plan::value::Plan;
#[cfg(feature = "run")]
pub use decide::rehearsal::Rehearsal;
#[cfg(feature = "run")]
pub use face::background::run_async;
#[cfg(feature = "cli")]
pub use face::cli;
#[cfg(feature = "run")]
pub use face::migrator::Migrator;
#[cfg(feature = "run")]
pub use postgres;
#[cfg(feature = "run")]
pub use set::project::Project;
#[cfg(feature = "run")]
pub use words::{
    check::Check,
    error::{Error, ErrorKind},
    options::{Drift, Foreign, Prune, Superseded},
    refresh::Refresh,
    refreshed::Refreshed,
    report::Report,
    status::Status,
};

/// What a check found, and the differences that are accepted.
#[cfg(feature = "run")]
pub mod check {
    pub use crate::words::baseline::Baseline;
    pub use crate::words::check::{Assertion, Finding, InSync, State};
}

/// The releases that a database had, and what became of the objects in each.
#[cfg(feature = "run")]
pub mod history {
    pub use crate::set::project::Release;
    pub use crate::words::checksum::Checksum;
    pub use crate::words::history::{
        Change, Forgotten, History, ObjectHistory, ObjectVersion, ReleaseChange, ReleaseHistory,
    };
}

/// What tells objects apart, and where their files are.
#[cfg(feature = "run")]
pub mod object {
    pub use crate::set::project::Object;
    pub use crate::words::identity::Identity;
    pub use crate::words::name::Name;
    pub use crate::words::object::Kind;
    pub use crate::words::place::Location;
}

/// What a run would do, step by step.
#[cfg(feature = "run")]
pub mod plan {
    pub use crate::decide::plan::value::{Action, ForeignAction, PlannedMigration, RollbackPlan};
    pub use crate::decide::rehearsal::TakenLock;
}

/// How far a run or a refresh is.
#[cfg(feature = "run")]
pub mod progress {
    pub use crate::words::progress::{Progress, Stage};
}

/// Which materialized views are refreshed, and what a refresh did to each.
#[cfg(feature = "run")]
pub mod refresh {
    pub use crate::words::refreshed::{RefreshMode, RefreshedView, SkippedView};
    pub use crate::words::views::Views;
}

/// What a run did.
#[cfg(feature = "run")]
pub mod report {
    pub use crate::words::report::{AppliedMigration, AppliedObject, Outcome, PutBack, TierTime};
    pub use crate::words::verb::Verb;
}

/// Where a database stands.
#[cfg(feature = "run")]
pub mod status {
    pub use crate::words::release::AppliedRelease;
    pub use crate::words::status::{Holder, OutsideMigration, StaleView};
}

/// Embeds the project that [`collect`](https://docs.rs/viewkeeper) put together in the build script, as a module.
///
/// `viewkeeper::embed!(mod migrate);` declares the module `migrate` with
/// - `run(&mut client)`: brings the database to the state of the project;
/// - `refresh(&mut client)`: fills its materialized views anew;
/// - `migrator()`: the same with options, a [`Migrator`];
/// - `project()`: the [`Project`] itself.
#[cfg(feature = "run")]
#[macro_export]
macro_rules! embed {
    ($(#[$attribute:meta])* $visibility:vis mod $name:ident) => {
        $(#[$attribute])*
        $visibility mod $name {
            #[allow(unused_imports)]
            use $crate::__private::{INT8_VERSIONS as viewkeeper_int8, include_dir};

            static EMBEDDED: ($crate::__private::Dir, u64) = include!(env!(
                "VIEWKEEPER_BUNDLE",
                "no SQL was collected for this package: add a build.rs with `fn main() { viewkeeper::collect(\"sql\"); }` \
                 and, under [build-dependencies], viewkeeper with default-features = false and features = [\"build\"]"
            ));

            static PROJECT: $crate::__private::Lazy<$crate::Project> =
                $crate::__private::Lazy::new(|| $crate::__private::project(&EMBEDDED));

            /// The embedded project.
            #[allow(dead_code)]
            pub fn project() -> &'static $crate::Project {
                &PROJECT
            }

            /// A migrator for the embedded project, with every option at its default.
            #[allow(dead_code)]
            pub fn migrator() -> $crate::Migrator {
                $crate::Migrator::new(project())
            }

            /// Brings the database to the state of the embedded project, or finds that it is there.
            ///
            /// # Errors
            ///
            /// See [`Migrator::run`](viewkeeper::Migrator::run).
            #[allow(dead_code)]
            pub fn run(
                client: &mut $crate::postgres::Client,
            ) -> ::std::result::Result<$crate::Report, $crate::Error> {
                migrator().run(client)
            }

            /// Fills every materialized view of the embedded project anew, in dependency order.
            ///
            /// # Errors
            ///
            /// See [`Migrator::refresh`](viewkeeper::Migrator::refresh).
            #[allow(dead_code)]
            pub fn refresh(
                client: &mut $crate::postgres::Client,
            ) -> ::std::result::Result<$crate::Refreshed, $crate::Error> {
                migrator().refresh(client, &$crate::refresh::Views::All)
            }
        }
    };
}

/// What the macro's expansion and our own tests need; not part of the interface.
#[doc(hidden)]
pub mod __private {
    #[cfg(feature = "run")]
    pub use crate::act::run::migrations::tables::INT8_VERSIONS;
    #[cfg(feature = "testing")]
    pub use crate::read::session::{Value, bind, part};
    #[cfg(feature = "testing")]
    pub use crate::read::trusted::{Reached, Trust};
    #[cfg(any(feature = "run", feature = "build"))]
    pub use crate::set::bundle::{Bundle, Manifest};
    #[cfg(feature = "build")]
    pub use crate::set::bundle::{Materialized, Object, Routine};
    #[cfg(feature = "build")]
    pub use crate::set::collect::{Source, bundle, lines, read};
    #[cfg(feature = "testing")]
    pub use crate::set::head::{Head, parameters};
    #[cfg(feature = "testing")]
    pub use crate::set::source::{statement, statements};
    #[cfg(feature = "build")]
    pub use crate::text::diagnostic::Diagnostic;
    #[cfg(feature = "build")]
    pub use crate::words::span::Span;
    #[cfg(feature = "run")]
    pub use include_dir;
    #[cfg(feature = "run")]
    pub use once_cell::sync::Lazy;

    #[cfg(feature = "run")]
    pub type Dir = include_dir::Dir<'static>;

    /// The embedded project.
    #[cfg(feature = "run")]
    pub fn project((dir, built): &(Dir, u64)) -> crate::Project {
        crate::set::project::Project::new(crate::set::source::bundle(dir), *built)
    }

    /// A migrator for a project that was put together at run time.
    #[cfg(feature = "run")]
    pub fn migrator(bundle: Bundle, built: u64) -> crate::Migrator {
        crate::Migrator::of(crate::set::project::Project::new(bundle, built))
    }

    /// The bundle of files that are in memory, as (path, text), or the texts of their problems.
    ///
    /// # Errors
    ///
    /// As the build script reports them.
    #[cfg(feature = "build")]
    pub fn collect_files(
        files: &[(String, String)],
        shown: &str,
        name: &str,
    ) -> Result<crate::set::bundle::Bundle, Vec<String>> {
        let sources: Vec<_> = files
            .iter()
            .map(|(path, text)| crate::set::collect::Source { path: path.clone(), text: text.clone() })
            .collect();
        crate::set::collect::bundle(&sources, shown, name)
            .map_err(|problems| problems.iter().map(ToString::to_string).collect())
    }
}
