//! Whether we can work in a session at all.

use crate::read::facts::Probe;
use crate::read::session::Session;
use crate::words::error::{Error, ErrorKind};

/// Whether we can work in this session at all.
pub fn check_session(session: &mut Session<'_>, probe: &Probe) -> Result<(), Error> {
    let (server, in_transaction) = (probe.server, probe.in_transaction);
    if in_transaction {
        session.give_back().map_err(|failure| {
            failure.while_(ErrorKind::Connection, "cannot leave the caller's transaction as it was")
        })?;
        return Err(Error::new(
            ErrorKind::Connection,
            "the client is inside a transaction, which is the caller's to end",
        )
        .unchanged()
        .help("call run before BEGIN, or after COMMIT or ROLLBACK"));
    }
    if server < 140_000 {
        return Err(Error::new(
            ErrorKind::Connection,
            format!("the server is PostgreSQL {}, and viewkeeper works with 14 and later", server / 10_000),
        ));
    }
    Ok(())
}
