//! Whom we trust, in statements.

use super::session::Value;
use crate::set::source::statement;

/// The parameter that stands for `sql/trusted_roles.sql`.
pub fn trusted_roles() -> (&'static str, Value<'static>) {
    ("trusted_roles", Value::Sql(statement("trusted_roles")))
}
