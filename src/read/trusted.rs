//! What texts mean that come to others, in statements.

use super::session::{Value, part};

/// What the names mean in the body of a function, p, of `sql/parts/body_means.sql`: `whom` and `session` are expressions for the
/// trusted roles, and for the schemas that the session searches.
fn body_means(whom: &str, session: &str) -> String {
    let searched = part("parts/body_searched", &[("session", Value::Sql(session))]);
    text_means("p.prosrc", &searched, whom, &part("parts/body_any_type", &[]))
}

/// The same of another text, which is an expression too.
fn text_means(body: &str, searched: &str, whom: &str, any_type: &str) -> String {
    let apart = type_is_apart(whom, "(select w.said from words w)::name[]");
    let values =
        [("body", body), ("searched", searched), ("whom", whom), ("any_type", any_type), ("apart", &apart)];
    part("parts/body_means", &values.map(|(name, value)| (name, Value::Sql(value))))
}

/// The condition of `sql/parts/body_apart.sql`.
fn type_is_apart(whom: &str, said: &str) -> String {
    part("parts/body_apart", &[("whom", Value::Sql(whom)), ("said", Value::Sql(said))])
}

/// What `sql/parts/trust_*.sql` leave to their statement.
pub struct Trust {
    means: String,
}

impl Default for Trust {
    /// Where `trusted` and `searching` are tables of the statement.
    fn default() -> Self {
        let whom = "array(select t.oid from trusted t)";
        Trust { means: body_means(whom, "(select s.schemas from searching s)::text[]") }
    }
}

impl Trust {
    /// The parameters that the statement is given.
    pub fn values(&self) -> [(&'static str, Value<'_>); 2] {
        [("relid", Value::Sql("k.relid")), ("body_means", Value::Sql(&self.means))]
    }
}

/// What `sql/uses/reached.sql` asks of texts and types, where this is the text of a query that is about to run, the schemas in which it finds
/// names, and its words: expressions.
pub struct Reached {
    said: String,
    bodies: String,
    apart: String,
}

impl Reached {
    /// Of this text, where `trusted` is a variable.
    pub fn new(query: &str, schemas: &str, words: &str) -> Self {
        Reached {
            said: text_means(query, schemas, "trusted", "false"),
            bodies: body_means("trusted", schemas),
            apart: type_is_apart("trusted", words),
        }
    }

    /// The parameters that the statement is given.
    pub fn values(&self) -> [(&'static str, Value<'_>); 4] {
        [
            ("reached", Value::File("uses/reached")),
            ("said_means", Value::Sql(&self.said)),
            ("body_means", Value::Sql(&self.bodies)),
            ("apart", Value::Sql(&self.apart)),
        ]
    }
}
