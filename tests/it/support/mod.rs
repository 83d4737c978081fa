//! What the tests share: projects written in the test, databases of their own, and the laws that end every test.

pub mod browser;
pub mod case;
pub mod cases;
pub mod cli;
pub mod ears;
pub mod folder;
pub mod golden;
pub mod laws;
pub mod pooler;
pub mod project;
pub mod proxy;
pub mod scenario;
pub mod secure;
pub mod standby;

pub use case::Case;
pub use project::{Files, folder, project};

use viewkeeper::testing::Server;

/// The server of this test run.
pub fn server() -> &'static Server {
    Server::shared().unwrap_or_else(|error| panic!("{error}"))
}

/// The major version of the server.
pub fn major() -> u32 {
    let version = server().version();
    let digits = version.find(|c: char| !c.is_ascii_digit()).unwrap_or(version.len());
    version[..digits].parse().unwrap_or_else(|_| panic!("{version} begins with a number"))
}
