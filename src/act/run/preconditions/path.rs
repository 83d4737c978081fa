//! The project's path: its schemas are there, only trusted roles create things in them, and what is found in none of them is
//! looked for elsewhere.

use crate::act::run::Run;
use crate::read::catalog::strange_triggers;
use crate::read::facts::StrangeTrigger;
use crate::read::path::{self, OpenSchema};
use crate::read::session::Failure;
use crate::set::project::Project;
use crate::words::error::{Error, ErrorKind};
use crate::words::name::{Name, identifier};

/// A relation, a function or operator, and anything else that is not there.
const NOT_THERE: [&str; 3] = ["42P01", "42883", "42704"];

impl Run<'_, '_> {
    /// Refuses to work where a schema of the path is not there, or may not be used: the server would pass over it. One that a
    /// pending migration makes comes later.
    pub fn path_stands(&mut self, pending: &[usize]) -> Result<(), Error> {
        let (project, here) = (self.project, &self.attempt.path.schemas);
        let made = &project.manifest().creates_path;
        let later = |schema: &&String| !pending.is_empty() && made.contains(schema);
        let of_path = |schema: &&String| project.path().contains(schema) && **schema != project.schema();
        let missing: Vec<String> =
            here.missing.iter().filter(of_path).filter(|one| !later(one)).cloned().collect();
        let closed: Vec<String> = here.closed.iter().filter(of_path).cloned().collect();
        refuse(project, &here.role, &missing, &closed)
    }

    /// The same after the migrations.
    pub fn path_stands_now(&mut self) -> Result<(), Error> {
        if !self.attempt.path.schemas.missing.is_empty() {
            let failed = |failure: Failure| failure.while_(ErrorKind::Ledger, "cannot read the schemas");
            self.attempt.path.schemas = path::schemas(&mut self.session, self.project).map_err(failed)?;
        }
        self.path_stands(&[])
    }

    /// Says once where others may create what unqualified names then mean: migrations run at once, and so do the functions
    /// that they and the filling of a materialized view call.
    pub fn warn_of_open_schemas(&mut self) {
        for warning in self.open_schemas() {
            self.warn("viewkeeper::run", warning);
        }
    }

    /// Says once of triggers that run somebody else's code with the rights of a migration that writes into their tables.
    pub fn warn_of_triggers(&mut self) -> Result<(), Error> {
        let failed = |failure: Failure| failure.while_(ErrorKind::Ledger, "cannot read the tables' triggers");
        for found in strange_triggers(&mut self.session, self.project).map_err(failed)? {
            let StrangeTrigger { trigger, table, what, owner } = found;
            let warning = format!(
                "trigger {trigger} on {table} runs {what} of role {owner}, which is not trusted, with the rights of a migration that \
                 writes into the table: drop trigger {trigger} on {table}; or revoke trigger on {table} from who made it"
            );
            self.warn("viewkeeper::run", warning);
        }
        Ok(())
    }

    /// What there is to warn of.
    pub fn open_schemas(&self) -> Vec<String> {
        self.attempt.path.schemas.open.iter().map(open_warning).collect()
    }

    /// Says of something that is not there in which schema it is.
    pub fn found_elsewhere(&mut self, error: Error) -> Error {
        let Some(name) = not_there(&error) else { return error };
        let public = "public".to_owned();
        let own = |schema: &&String| !self.project.named_schemas().any(|named| named == schema.as_str());
        let mut schemas: Vec<String> = self.attempt.path.others.iter().filter(own).cloned().collect();
        schemas.extend(Some(&public).filter(own).filter(|_| !schemas.contains(&public)).cloned());
        let known = self.project.named_schemas().chain([self.options.ledger.as_str()]);
        match path::elsewhere(&mut self.session, &name, &schemas, known) {
            Ok(Some(schema)) => {
                let line = self.project.path_line(&[&schema]);
                error.help(format!(
                    "schema {} has it, in which the project's names are not looked up: {line}, or write {} here",
                    identifier(&schema),
                    in_schema(&schema, &name)
                ))
            }
            _ => error,
        }
    }
}

/// One error for all that the path lacks.
fn refuse(project: &Project, role: &str, missing: &[String], closed: &[String]) -> Result<(), Error> {
    let list = |schemas: &[String]| schemas.iter().map(|one| identifier(one)).collect::<Vec<_>>().join(", ");
    let some = |schemas: &[String]| if schemas.len() == 1 { "schema" } else { "schemas" };
    let role = identifier(role);
    let mut wrong = Vec::new();
    if !missing.is_empty() {
        let are = if missing.len() == 1 { "is" } else { "are" };
        wrong.push(format!("{} {} {are} not there", some(missing), list(missing)));
    }
    if !closed.is_empty() {
        wrong.push(format!("role {role} lacks USAGE on {} {}", some(closed), list(closed)));
    }
    if wrong.is_empty() {
        return Ok(());
    }
    let kind = if missing.is_empty() { ErrorKind::Rights } else { ErrorKind::Object };
    let mut error =
        Error::new(kind, format!("the project's path cannot be followed: {}", wrong.join("; "))).unchanged();
    for schema in missing {
        let name = identifier(schema);
        error = error.help(format!(
            "create schema {name}, or take it out of path in {}",
            project.shown("viewkeeper.toml")
        ));
    }
    if !closed.is_empty() {
        error = error.help(format!("grant usage on schema {} to {role};", list(closed)));
    }
    Err(error)
}

fn open_warning(open: &OpenSchema) -> String {
    let schema = identifier(&open.schema);
    let what = "an unqualified name of the project may come to mean something of theirs";
    let mut ways = Vec::new();
    if let Some(owner) = &open.owner {
        ways.push(format!("it belongs to {owner}"));
    }
    if !open.roles.is_empty() {
        ways.push(format!("revoke create on schema {schema} from {};", open.roles.join(", ")));
    }
    format!("roles that are not trusted may create in schema {schema}, so {what}: {}", ways.join("; "))
}

/// The name that the server did not find, where it stands alone.
fn not_there(error: &Error) -> Option<String> {
    NOT_THERE.contains(&error.code()?).then_some(())?;
    name_at(error.place()?.rest())
}

/// A name or an operator with its schema, as it can stand in a text.
fn in_schema(schema: &str, name: &str) -> String {
    match name.starts_with(of_operator) {
        true => format!("operator({}.{name})", identifier(schema)),
        false => Name::new(schema, name).to_string(),
    }
}

fn of_operator(c: char) -> bool {
    "+-*/<>=~!@#%^&|`?".contains(c)
}

/// The unqualified name, or the operator, with which a text begins.
fn name_at(text: &str) -> Option<String> {
    let of_name = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
    let first = text.chars().next()?;
    if first == '"' {
        let end = text[1..].find('"')? + 1;
        let name = &text[1..end];
        return (!text[end + 1..].starts_with(['.', '"'])).then(|| name.to_owned());
    }
    let part = if of_name(first) { &of_name as &dyn Fn(char) -> bool } else { &of_operator };
    let end = text.find(|c| !part(c)).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    (!name.is_empty() && !rest.trim_start().starts_with('.')).then(|| name.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_where_it_stands_alone() {
        let cases = [
            ("uuid_generate_v4() primary", Some("uuid_generate_v4")),
            ("CITEXT, b", Some("citext")),
            ("\"My Type\" not", Some("My Type")),
            ("% b", Some("%")),
            ("<-> b", Some("<->")),
            ("app.f()", None),
            ("\"a\".f()", None),
            ("", None),
        ];
        for (text, name) in cases {
            assert_eq!(name_at(text).as_deref(), name, "{text}");
        }
    }

    #[test]
    fn a_warning_says_how_it_ends() {
        let open =
            OpenSchema { schema: "My Own".into(), roles: vec!["public".into(), "bob".into()], owner: None };
        assert_eq!(
            open_warning(&open),
            "roles that are not trusted may create in schema \"My Own\", so an unqualified name of the project may come to \
             mean something of theirs: revoke create on schema \"My Own\" from public, bob;"
        );
    }
}
