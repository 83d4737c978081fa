//! A statement of our `sql/` folder as it is sent: with its parts and its parameters put in. The simple protocol has no
//! parameters, and it alone sends several statements in one message and works through every pooler.

use crate::set::source;
use crate::words::name::{identifier, literal};

/// A parameter's value.
#[derive(Clone, Copy, Debug)]
pub enum Value<'v> {
    /// Stands for `:'name'` as a quoted literal and for `:"name"` as a quoted identifier.
    Text(&'v str),
    /// Stands for `:name` as it is: a number, or SQL that we wrote.
    Sql(&'v str),
    /// Stands for `:name` as this file, which is a part with the same parameters.
    File(&'v str),
}

/// A statement with its parameters, in psql's notation, replaced by their values. One without a value that is called like a file
/// in the statement's folder or in `parts/` stands for that part, which has the same parameters: as it is, or as a literal where it is
/// quoted. Values are not looked into again.
pub fn bind(name: &str, values: &[(&str, Value<'_>)]) -> String {
    put_in(source::statement(name), name, values)
}

/// The same of a file that is a part of other statements, without the comment at its head.
pub fn part(name: &str, values: &[(&str, Value<'_>)]) -> String {
    let statement = name.split_once('/').map_or(name, |(statement, _)| statement);
    put_in(without_head(source::statement(name)), statement, values)
}

/// A text of a statement's with everything put in.
fn put_in(text: &str, statement: &str, values: &[(&str, Value<'_>)]) -> String {
    let mut bound = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(colon) = rest.find(':') {
        let (before, after) = (&rest[..colon], &rest[colon + 1..]);
        bound.push_str(before);
        // The second colon of a cast is not the start of a parameter.
        let cast = before.ends_with(':') || (before.is_empty() && bound.ends_with(':'));
        let found = Parameter::read(after).filter(|_| !cast);
        match found.and_then(|found| Some((found.length, found.value(statement, values)?))) {
            Some((length, value)) => {
                bound.push_str(&value);
                rest = &after[length..];
            }
            None => {
                bound.push(':');
                rest = after;
            }
        }
    }
    bound.push_str(rest);
    bound
}

/// A text without the comment at its head.
fn without_head(mut text: &str) -> &str {
    while text.starts_with("--") {
        text = text.split_once('\n').map_or("", |(_, rest)| rest);
    }
    text.trim_end()
}

/// What stands behind a colon.
struct Parameter<'t> {
    name: &'t str,
    quote: Option<char>,
    length: usize,
}

impl<'t> Parameter<'t> {
    fn read(after: &'t str) -> Option<Self> {
        let quote = after.chars().next().filter(|first| matches!(first, '\'' | '"'));
        let open = quote.map_or(0, char::len_utf8);
        let name = &after[open..];
        let end = name.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(name.len());
        let name = &name[..end];
        let closed = quote.is_none_or(|quote| after[open + end..].starts_with(quote));
        (closed && !name.is_empty()).then_some(Parameter { name, quote, length: end + 2 * open })
    }

    /// What it stands for.
    fn value(&self, statement: &str, values: &[(&str, Value<'_>)]) -> Option<String> {
        let given = values.iter().find(|(name, _)| *name == self.name).map(|(_, value)| *value);
        match (self.quote, given) {
            (Some('\''), Some(Value::Text(text))) => Some(literal(text)),
            (Some('"'), Some(Value::Text(text))) => Some(identifier(text)),
            (None, Some(Value::Sql(sql))) => Some(sql.to_owned()),
            (Some('\''), Some(Value::File(file))) => Some(literal(&self.part(file, statement, values))),
            (None, Some(Value::File(file))) => Some(self.part(file, statement, values)),
            (Some('\''), None) => Some(literal(&self.own_part(statement, values)?)),
            (None, None) => self.own_part(statement, values),
            _ => None,
        }
    }

    /// The part of this name.
    fn own_part(&self, statement: &str, values: &[(&str, Value<'_>)]) -> Option<String> {
        let places = [format!("{statement}/{}", self.name), format!("parts/{}", self.name)];
        let file = places.iter().find(|place| source::has_statement(place))?;
        Some(self.part(file, statement, values))
    }

    fn part(&self, file: &str, statement: &str, values: &[(&str, Value<'_>)]) -> String {
        // A file that is put in under its own name would be put in without end.
        let others: Vec<_> = values.iter().filter(|(name, _)| *name != self.name).copied().collect();
        put_in(without_head(source::statement(file)), statement, &others)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_replaced_once_and_casts_are_left_alone() {
        let lock = bind(
            "lock",
            &[
                ("key", Value::Sql("7")),
                ("ledger_key", Value::Sql("8")),
                ("ledger", Value::Text("it's :key")),
                ("schema_key", Value::Sql("9")),
                ("schema", Value::Text("app")),
            ],
        );
        assert!(lock.contains("pg_try_advisory_xact_lock(7)"), "{lock}");
        assert!(lock.contains("pg_try_advisory_xact_lock(8)"), "{lock}");
        assert!(lock.contains("'it''s :key'"), "{lock}");
        let keys =
            [("key", Value::Sql("7")), ("ledger_key", Value::Sql("8")), ("schema_key", Value::Sql("9"))];
        let holder = bind("lock_holder", &keys);
        assert!(holder.contains("classid::bigint << 32") && holder.contains("in (7, 8, 9)"), "{holder}");
    }

    #[test]
    fn parts_are_put_in_with_the_parameters_of_their_statement() {
        let values = [("ledger", Value::Text("it's :drift")), ("project", Value::Text("app"))];
        let status = bind("status", &values);
        assert!(status.contains("\"it's :drift\".object") && !status.contains(":fingerprints"), "{status}");
        assert!(!status.contains("-- A part"), "{status}");
    }
}
