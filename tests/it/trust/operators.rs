//! Operators, functions and types with the names that our own SQL uses.
