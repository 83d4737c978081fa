//! Whom we trust, in statements, and what texts mean that come to others.

use super::session::{Value, part};
use crate::set::source::statement;

/// The parameter that stands for `sql/trusted_roles.sql`.
pub fn trusted_roles() -> (&'static str, Value<'static>) {
    ("trusted_roles", Value::Sql(statement("trusted_roles")))
}

/// What the names mean in the body of a function, p, of `sql/body_means.sql`: `whom` and `session` are expressions for the trusted
/// roles, and for the schemas that the session searches.
pub fn body_means(whom: &str, session: &str) -> String {
    let searched = part("body_searched", &[("session", Value::Sql(session))]);
    text_means("p.prosrc", &searched, whom, &part("body_any_type", &[]))
}

/// The same of another text, which is an expression too.
pub fn text_means(body: &str, searched: &str, whom: &str, any_type: &str) -> String {
    let apart = type_is_apart(whom, "(select w.said from words w)::name[]");
    let values =
        [("body", body), ("searched", searched), ("whom", whom), ("any_type", any_type), ("apart", &apart)];
    part("body_means", &values.map(|(name, value)| (name, Value::Sql(value))))
}

/// The condition of `sql/body_apart.sql`.
pub fn type_is_apart(whom: &str, said: &str) -> String {
    part("body_apart", &[("whom", Value::Sql(whom)), ("said", Value::Sql(said))])
}
