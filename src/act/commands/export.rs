//! Reading what is exported. Nothing is written to the database, and no lock is taken that others would notice.

use std::collections::{BTreeMap, BTreeSet};

use super::preview;
use crate::act::run::Run;
use crate::export::{self, Known};
use crate::read::address::Address;
use crate::read::catalog;
use crate::read::exportable::{attached, exportable, owners};
use crate::read::session::{Failure, Session};
use crate::set::project::Project;
use crate::words::error::{Error, ErrorKind, LeftBehind};
use crate::words::export::{Export, Selection};
use crate::words::object::Kind;
use crate::words::options::Options;

/// The live objects as files.
pub fn export(
    project: &Project,
    options: &Options,
    client: &mut postgres::Client,
    selection: &Selection,
) -> Result<Export, Error> {
    let mut run = Run::new(project, options, &mut *client);
    let probe = run.probe()?;
    let (ledger, lost) = (probe.readable().is_some(), run.lost_rows(&probe));
    drop(run);
    let in_sync = in_sync(project, options, client)?;
    let failed =
        |failure: Failure| failure.while_(ErrorKind::Connection, "cannot read what is to be exported");
    let mut session = Session::new(client);
    session.begin("isolation level repeatable read read only", "").map_err(failed)?;
    let schemas = export::schemas(project, selection);
    let read = exportable(&mut session, project, schemas.as_deref(), &options.ledger).map_err(failed)?;
    let owners = match ledger && read.ledger {
        true => owners(&mut session, &options.ledger).map_err(failed)?,
        false => BTreeMap::new(),
    };
    let (objects, left_out) = export::choose(project, selection, &read, &owners, &in_sync)?;
    let addresses: Vec<Address> = objects.iter().map(|object| object.address.clone()).collect();
    let triggers: Vec<Address> = objects
        .iter()
        .filter(|object| object.kind == Kind::Trigger)
        .map(|object| object.address.clone())
        .collect();
    let attached = attached(&mut session, &addresses).map_err(failed)?;
    let dependents =
        catalog::dependents(&mut session, project, &addresses, true, &triggers).map_err(failed)?;
    session.rollback();
    let known = Known {
        project,
        role: &read.role,
        server: read.server,
        initial: &read.initial,
        objects,
        attached,
        dependents,
        in_sync,
    };
    let mut export = export::export(&known, left_out);
    export.warnings.extend(lost);
    Ok(export)
}

/// The project's objects that are as their files say, by identity. While migrations are pending nobody knows.
fn in_sync(
    project: &Project,
    options: &Options,
    client: &mut postgres::Client,
) -> Result<BTreeSet<String>, Error> {
    if project.objects().len() == 0 {
        return Ok(BTreeSet::new());
    }
    let check = preview::check(project, options, client)?;
    if !check.pending.is_empty() {
        return Err(Error::new(
            ErrorKind::Refused,
            format!("table migrations are pending: {}", check.pending.join(", ")),
        )
        .left(LeftBehind::NoFile)
        .help("apply the project first, or export into another folder"));
    }
    Ok(check.in_sync.iter().map(|object| object.object.to_string()).collect())
}
