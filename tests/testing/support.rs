//! The proxy belongs to the tests of the run; here it is tested itself.

#[path = "../it/support/proxy/mod.rs"]
pub mod proxy;
