//! Looking: everything that is read or tried before a decision. It answers questions and decides nothing.

pub mod alike;
pub mod answer;
pub mod dependents_fit;
pub mod index_shadows;
pub mod meanings;
pub mod read_facts;
pub mod server_error;
pub mod shadows;
