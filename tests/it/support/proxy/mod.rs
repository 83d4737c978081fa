//! A proxy between the client and the server of a test, which counts, records, and cuts the connection.
//!
//! It understands PostgreSQL's protocol as far as it must, and uses threads and nothing else, so that a test that
//! stops at the wrong moment can be understood.
// Several test binaries include this, and each uses another part of it.
#![allow(dead_code)]

mod connection;
mod entrance;
mod state;
mod traffic;
pub mod wire;

pub use entrance::Proxy;
pub use state::CutAt;
