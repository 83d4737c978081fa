//! An empty database beside another one, for as long as it is needed.

use postgres::Client;
use serde::Deserialize;

use crate::read::session::{Failure, Session, Value, bind};
use crate::words::error::{Error, ErrorKind};
use crate::words::name::identifier;
use crate::words::read_only_reason::ReadOnlyReason;
use crate::words::sqlstate::INSUFFICIENT_PRIVILEGE;
use crate::words::temporary::part;

/// What helps where none can be made.
const INSTEAD: &str =
    "give an empty database (--scratch-url, Scratch::Given), or use a throwaway server (--throwaway)";

/// A database that goes with this value, whatever happens. What a process leaves that is killed is dropped by the next
/// one.
pub struct ScratchDatabase<'c> {
    client: &'c mut Client,
    name: String,
    gone: bool,
}

/// What a validation of this project left behind that was killed, as status tells it.
pub fn left_behind(session: &mut Session<'_>, project: &str) -> Result<Vec<String>, Failure> {
    let text = bind("scratch_leftovers", &[("project", Value::Text(&part(project)))]);
    let left: Vec<Leftover> = session.ask(&text)?;
    let told = |Leftover { name, owner }: Leftover| {
        format!(
            "database {name} was left by a validate of role {owner} that was killed: the next one of that role drops it, or \
             drop database {name};"
        )
    };
    Ok(left.into_iter().map(told).collect())
}

/// The answer of scratch_leftovers.sql.
#[derive(Deserialize)]
struct Leftover {
    name: String,
    owner: String,
}

/// The answer of scratch.sql.
#[derive(Deserialize)]
struct Planned {
    name: String,
    recovery: bool,
    read_only: bool,
    create: String,
    leftovers: Vec<String>,
}

impl<'c> ScratchDatabase<'c> {
    /// Makes one for a project on the server of this session, with the encoding and the locale of its database.
    pub fn create(client: &'c mut Client, project: &str) -> Result<Self, Error> {
        let mut session = Session::new(client);
        let failed = |failure: Failure| failure.while_(ErrorKind::Connection, "cannot read the catalog");
        let text = bind("scratch", &[("project", Value::Text(&part(project)))]);
        let planned: Planned = session.ask(&text).map_err(failed)?;
        if let Some(why) = ReadOnlyReason::of(planned.recovery, planned.read_only) {
            let what = "an empty database cannot be made beside this one to compare it with: ";
            return Err(why.refuses(what).help(INSTEAD));
        }
        for leftover in &planned.leftovers {
            // One that another process drops at this moment is in nobody's way.
            let _ = session.send_alone(&drop_text(leftover));
        }
        session.send_alone(&planned.create).map_err(|failure| {
            let kind = if failure.code() == INSUFFICIENT_PRIVILEGE {
                ErrorKind::Rights
            } else {
                ErrorKind::Connection
            };
            failure
                .while_(kind, format!("cannot create the scratch database \"{}\"", planned.name))
                .help(INSTEAD)
                .unchanged()
        })?;
        drop(session);
        let scratch = ScratchDatabase { client, name: planned.name, gone: false };
        // Before this nobody can connect, and afterwards its owner can.
        let name = identifier(&scratch.name);
        let text = bind("scratch_open", &[("name", Value::Text(&scratch.name))]);
        Session::new(scratch.client).send(&text).map_err(|failure| {
            failure.while_(ErrorKind::Connection, format!("cannot open the scratch database {name}"))
        })?;
        Ok(scratch)
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Drops it, and tells when that fails.
    pub fn finish(mut self) -> Result<(), Failure> {
        self.gone = true;
        Session::new(self.client).tidy(&drop_text(&self.name))
    }
}

fn drop_text(name: &str) -> String {
    format!("drop database if exists {} with (force)", identifier(name))
}

impl Drop for ScratchDatabase<'_> {
    fn drop(&mut self) {
        if !self.gone {
            // There is nobody to tell, and the next run tries again.
            let _ = Session::new(self.client).tidy(&drop_text(&self.name));
        }
    }
}
