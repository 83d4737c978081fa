//! The throwaway server and the proxy of the tests, on a real PostgreSQL.

#[path = "testing/leftovers.rs"]
mod leftovers;
#[path = "testing/proxied.rs"]
mod proxied;
#[path = "testing/served.rs"]
mod served;
#[path = "testing/support.rs"]
mod support;
#[path = "testing/versions.rs"]
mod versions;

type Result<T = ()> = std::result::Result<T, Box<dyn std::error::Error>>;
