//! What is live, compared with what the files say.

pub mod adopting;
pub mod alike;
pub mod classify;
pub mod columns;
pub mod compared;
pub mod comparison;
pub mod difference;
pub mod doubtful;
pub mod evaluated;
pub mod identify;
pub mod index_shadows;
pub mod meanings_differ;
pub mod mention;
pub mod other_meaning;
pub mod overloads;
pub mod parsed;
pub mod remake;
pub mod shadows;
pub mod uses;
