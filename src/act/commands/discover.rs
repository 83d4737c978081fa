//! Reading what is there, whoever made it.

use postgres::Client;

use crate::read::session::Session;
use crate::read::snapshot::{Scope, snapshot};
use crate::set::project::Project;
use crate::words::error::{Error, ErrorKind};
use crate::words::options::Options;
use crate::words::snapshot::Snapshot;

/// Every object in these schemas, or in all of them; the ledger and the migration history are left out.
pub fn discover(
    project: &Project,
    options: &Options,
    schemas: &[String],
    client: &mut Client,
) -> Result<Snapshot, Error> {
    let histories = project.histories();
    let scope = Scope { schemas, ledger: &options.ledger, histories: &histories };
    snapshot(&mut Session::new(client), &scope)
        .map_err(|failure| failure.while_(ErrorKind::Connection, "cannot read the catalog"))
}
