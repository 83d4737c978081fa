//! "Does every view of my project compile and come back?" in one line of an application's own tests.

use postgres::Client;

use crate::face::migrator::Migrator;
use crate::testing::{Error, Server};
use crate::words::report::{Outcome, Report};

/// Proves a project on an empty database of [`Server::shared`]:
///
/// 1. every migration and every object of it is applied;
/// 2. a second boot finds nothing to do;
/// 3. the server can plan a query on each view;
/// 4. after all of them are dropped, the next boot brings them back, and `check` finds no difference; that includes
///    the queries of `checks/`.
///
/// Gives the report of the first boot.
///
/// ```ignore
/// viewkeeper::embed!(mod migrate);
///
/// #[test]
/// fn every_view_compiles_and_comes_back() {
///     viewkeeper::testing::check(migrate::migrator()).unwrap();
/// }
/// ```
///
/// # Errors
///
/// There is no server to be had, or one of the four is not so; the text says which and why.
pub fn check(migrator: Migrator) -> Result<Report, Error> {
    let database = Server::shared()?.database()?;
    let mut client = database.connect()?;
    let first = boot(&migrator, &mut client, "the first boot")?;
    expect(&boot(&migrator, &mut client, "the second boot")?, Outcome::UpToDate, "the second boot")?;

    let views: Vec<String> = migrator.project().objects().map(|object| object.name().to_string()).collect();
    for view in &views {
        client
            .batch_execute(&format!(
                "prepare viewkeeper_check as select * from {view}; deallocate viewkeeper_check"
            ))
            .map_err(|error| Error::new(format!("view \"{view}\" cannot be queried")).caused_by(&error))?;
    }
    if !views.is_empty() {
        client
            .batch_execute(&format!("drop view {}", views.join(", ")))
            .map_err(|error| Error::new("the views cannot be dropped").caused_by(&error))?;
        expect(&boot(&migrator, &mut client, "the healing boot")?, Outcome::Healed, "the healing boot")?;
    }
    let found =
        migrator.check(&mut client).map_err(|error| Error::new(format!("the check failed: {error:?}")))?;
    if found.in_sync() { Ok(first) } else { Err(Error::new(format!("after the healing boot: {found}"))) }
}

fn boot(migrator: &Migrator, client: &mut Client, which: &str) -> Result<Report, Error> {
    migrator.run(client).map_err(|error| Error::new(format!("{which} failed: {error:?}")))
}

fn expect(report: &Report, outcome: Outcome, which: &str) -> Result<(), Error> {
    if report.outcome == outcome {
        return Ok(());
    }
    Err(Error::new(format!("{which} came to something else than expected: {report}")))
}
