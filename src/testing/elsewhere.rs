//! Where there is no Unix there is no throwaway cluster: the same face as `cluster.rs`, and an error.

use std::convert::Infallible;
use std::path::PathBuf;

use crate::testing::Error;

/// Never made.
pub struct Cluster(Infallible);

impl Cluster {
    pub fn start(_: &[(String, String)]) -> Result<Cluster, Error> {
        Err(Error::new(format!("a throwaway PostgreSQL cannot be started on {}", std::env::consts::OS))
            .help("set DATABASE_URL to a server on which the tests may create databases"))
    }

    pub fn url(&self) -> String {
        match self.0 {}
    }

    pub fn description(&self) -> String {
        match self.0 {}
    }

    pub fn program(&self, _: &str) -> Option<PathBuf> {
        match self.0 {}
    }
}

/// No installation is searched for.
pub fn program(_: &str, _: &str) -> Option<PathBuf> {
    None
}
