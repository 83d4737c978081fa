//! An empty database of a server that is thrown away. The only module that knows `testing`.

use postgres::Client;

use super::answer::Failed;

/// Runs something with an empty database of a server that is started for it, and gone afterwards.
#[cfg(feature = "tool")]
pub fn with_database<T>(run: impl FnOnce(&mut Client) -> Result<T, Failed>) -> Result<T, Failed> {
    use crate::testing::{Error, Server};

    let failed = |error: Error| Failed::new(format!("no throwaway server: {error}"));
    let server = Server::builder().throwaway().start().map_err(failed)?;
    let database = server.database().map_err(failed)?;
    run(&mut database.connect().map_err(failed)?)
}

/// Without the feature `tool` there is no server to be started.
#[cfg(not(feature = "tool"))]
pub fn with_database<T>(_: impl FnOnce(&mut Client) -> Result<T, Failed>) -> Result<T, Failed> {
    Err(Failed::new("--throwaway needs the program `viewkeeper`; here is no server that could be started"))
}
