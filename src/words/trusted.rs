//! Whom we trust, in words.

/// Who is trusted, for a help line.
pub const TRUSTED: &str = "trusted are the role that connects, the roles that it is a member of, the database's owner, and superusers";
