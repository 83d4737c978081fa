//! What is live, compared with what the files say.

pub mod adopting;
pub mod classify;
pub mod compared;
pub mod comparison;
pub mod difference;
pub mod doubtful;
pub mod evaluated;
pub mod index_shadows;
pub mod meaning;
pub mod meant;
pub mod mention;
pub mod parsed;
pub mod shadows;
pub mod uses;
