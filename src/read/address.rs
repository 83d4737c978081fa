//! The place of an object in the catalog.

/// An object of the database by its place in the catalog, of `sql/saved.sql`: `1259/16400/0`, which is class, oid and
/// column.
pub type Address = String;
