//! Names, comments and messages that somebody chose stay text in every output.
