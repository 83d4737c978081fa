//! "Does every view of my project compile and come back?" in one line of an application's own tests.

use postgres::Client;
use postgres::error::SqlState;

use crate::face::migrator::Migrator;
use crate::set::project::Project;
use crate::testing::{Error, Server};
use crate::words::report::{Outcome, Report};

/// Proves a project on an empty database of [`Server::shared`]:
///
/// 1. every migration and every object of it is applied;
/// 2. a second run finds nothing to do;
/// 3. the server can plan a query on each view;
/// 4. after all objects are dropped (but for what a table stands on), the next run brings them back, and `check` finds no difference; that includes
///    the queries of `checks/`.
///
/// Gives the report of the first run.
///
/// In a test, with `viewkeeper::embed!(mod migrate);` at the top of its file:
///
/// ```no_run
/// # mod migrate { pub fn migrator() -> viewkeeper::Migrator { unimplemented!() } }
/// # fn every_view_compiles_and_comes_back() -> Result<(), viewkeeper::testing::Error> {
/// viewkeeper::testing::check(migrate::migrator())?;
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// There is no server to be had, or one of the four is not so; the text says which and why.
pub fn check(migrator: Migrator) -> Result<Report, Error> {
    let database = Server::shared()?.database()?;
    let mut client = database.connect()?;
    let first = run(&migrator, &mut client, "the first run")?;
    expect(&run(&migrator, &mut client, "the second run")?, Outcome::UpToDate, "the second run")?;

    for view in migrator.project().objects().filter(|object| object.kind().is_relation()) {
        let view = view.name();
        client
            .batch_execute(&format!(
                "prepare viewkeeper_check as select * from {view}; deallocate viewkeeper_check"
            ))
            .map_err(|error| Error::new(format!("view \"{view}\" cannot be queried")).caused_by(&error))?;
    }
    if drop_all(migrator.project(), &mut client)? > 0 {
        expect(&run(&migrator, &mut client, "the healing run")?, Outcome::Healed, "the healing run")?;
    }
    let found =
        migrator.check(&mut client).map_err(|error| Error::new(format!("the check failed: {error:?}")))?;
    if found.in_sync() { Ok(first) } else { Err(Error::new(format!("after the healing run: {found}"))) }
}

/// Drops every object, those on top first; how many there were. What a table stands on stays.
fn drop_all(project: &Project, client: &mut Client) -> Result<usize, Error> {
    let mut dropped = 0;
    for object in project.objects().rev() {
        let what = format!("{} {}", object.kind(), object.identity());
        match client.batch_execute(&format!("drop {what}")) {
            Ok(()) => dropped += 1,
            Err(error) if error.code() == Some(&SqlState::DEPENDENT_OBJECTS_STILL_EXIST) => {}
            Err(error) => return Err(Error::new(format!("{what} cannot be dropped")).caused_by(&error)),
        }
    }
    Ok(dropped)
}

fn run(migrator: &Migrator, client: &mut Client, which: &str) -> Result<Report, Error> {
    migrator.run(client).map_err(|error| Error::new(format!("{which} failed: {error:?}")))
}

fn expect(report: &Report, outcome: Outcome, which: &str) -> Result<(), Error> {
    if report.outcome == outcome {
        return Ok(());
    }
    Err(Error::new(format!("{which} came to something else than expected: {report}")))
}
