//! Making an object again from what the server prints of it, under a temporary name.

use serde_json::{Value, json};

use super::shadows::copy_of;
use crate::set::project::Object;
use crate::words::name::identifier;
use crate::words::object::Kind;

/// How an object is made again.
#[derive(Clone, Debug)]
pub struct Remake {
    key: String,
    kind: Kind,
    /// Its place in the project, which makes a name.
    index: usize,
    /// The argument types of a routine.
    arguments: String,
    /// The statement that copies the relation of a trigger, up to the name of the copy and behind it; and the trigger's own name.
    on: Option<(String, String, String)>,
}

impl Remake {
    pub fn of(object: Object<'_>) -> Self {
        let identity = object.identity();
        let on = identity.on().map(|table| {
            let (front, rest) = copy_of(object, &table.to_string());
            (front.to_owned(), rest, identity.name.clone())
        });
        let arguments = identity.arguments.unwrap_or_default();
        Remake { key: object.key(), kind: object.kind(), index: object.index(), arguments, on }
    }

    /// The statements, and how `sql/shapes.sql` finds what they make. `place`: of the two that are made.
    pub fn statements(&self, (front, rest): &(String, String), place: usize) -> (String, Value) {
        let key = &self.key;
        let plain = format!("viewkeeper {} {place}", self.index);
        let name = format!("pg_temp.{}", identifier(&plain));
        match (&self.on, self.kind) {
            (Some((copy, like, trigger)), _) => (
                format!("{copy}{name}{like};\n{front}{name} {rest}\n;\n"),
                json!({"key": key, "trigger": trigger, "on": name}),
            ),
            (None, kind) if kind.is_routine() => (
                format!("set local check_function_bodies to off;\n{front}{name} {rest}\n;\n"),
                json!({"key": key, "routine": format!("{name}({})", self.arguments), "name": plain}),
            ),
            (None, _) => (
                format!("create temporary view {} as {rest}\n;\n", identifier(&plain)),
                json!({"key": key, "relation": name}),
            ),
        }
    }
}
