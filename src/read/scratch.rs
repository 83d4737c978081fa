//! The empty database in which a project is compared with another one.

use std::fmt;

use postgres::Client;

/// The empty database that a project is applied to, to see what it makes.
#[non_exhaustive]
pub enum Scratch<'s> {
    /// One that is made on the same server, with the same encoding and locale, and dropped afterwards, whatever happens.
    /// The function connects to the database of this name there. Needs the right to create databases; what a process left
    /// that was killed is dropped by the next one.
    Beside(&'s dyn Fn(&str) -> Result<Client, postgres::Error>),
    /// One of the caller's. It must be empty, and what the project makes stays in it.
    Given(&'s mut Client),
    /// One of the caller's on a server that is thrown away afterwards. It must be empty; the roles of the validated
    /// database's server are made there first, without their rights, because a project may name them.
    Throwaway(&'s mut Client),
}

impl fmt::Debug for Scratch<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Scratch::Beside(_) => "Beside",
            Scratch::Given(_) => "Given",
            Scratch::Throwaway(_) => "Throwaway",
        })
    }
}
