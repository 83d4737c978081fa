//! An object that gets another name in a reviewed migration, and its old one in the reverse.

use std::fmt::Write;

use crate::decide::plan::value::Action;
use crate::decide::reviewed::existence::is_there;
use crate::words::escape::Line;
use crate::words::identity::Identity;
use crate::words::name::dollar;
use crate::words::name::identifier;
use crate::words::object::Kind;

/// A pending renaming.
#[derive(Debug)]
pub struct Renamed {
    /// As the plan has it.
    pub action: Action,
    /// What it is now.
    pub kind: Kind,
    pub from: Identity,
}

impl Renamed {
    /// For the database where it has its old name. Where nothing has it (a fresh one), or something has the new one, nothing is to be
    /// renamed.
    pub fn forward(&self) -> String {
        let Renamed { action, from, .. } = self;
        let about = format!("{} {}, {}", action.kind, action.object, action.reason);
        let mut text = format!("\n-- {}\n", Line(about));
        let body: String = action.sql.iter().map(|sql| format!("\n    {sql};")).collect();
        let quote = dollar(&body, "viewkeeper");
        let _ = write!(
            text,
            "do {quote}\nbegin\n  if {} and not ({}) then{body}\n  end if;\nend\n{quote};\n",
            is_there(from),
            is_there(&action.object)
        );
        text
    }

    /// Its old name, and its old schema.
    pub fn back(&self) -> String {
        let Renamed { action, kind, from } = self;
        let to = &action.object;
        let mut text = String::new();
        if from.name != to.name {
            let _ = write!(text, "\nalter {kind} {to} rename to {};", identifier(&from.name));
        }
        if from.schema != to.schema {
            let now = Identity { name: from.name.clone(), ..to.clone() };
            let _ = write!(text, "\nalter {kind} {now} set schema {};", identifier(&from.schema));
        }
        text
    }
}
