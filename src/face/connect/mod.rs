//! Connecting: from a URL to a session. It knows no command line, and applications can share it.

pub mod target;
#[cfg(feature = "tool")]
pub mod tls;
