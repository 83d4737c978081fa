//! Another meaning of the project's texts under the session's search_path, which is the one that their authors know: found before
//! anything is done by it.

use std::collections::BTreeSet;

use super::Run;
use super::path::line;
use crate::decide::compare::classify::{self, Classification, State};
use crate::decide::compare::comparison::not_comparable;
use crate::decide::compare::meaning::other_meanings;
use crate::decide::compare::shadows::{self, Shadows};
use crate::decide::facts::Facts;
use crate::look::survey::Questions;
use crate::read::evaluated::evaluated_text;
use crate::read::path::{self, Meaning, MeantElsewhere, UsedElsewhere};
use crate::read::session::Failure;
use crate::set::project::{Object, Project};
use crate::words::error::{Error, ErrorKind};
use crate::words::name::identifier;
use crate::words::object::Kind;
use crate::words::options::Direction;

/// The savepoint of what is made to be looked at.
const SAVEPOINT: &str = "viewkeeper_meaning";

/// What objects mean along the project's path, and along one that goes on.
type Meanings = (Vec<Meaning>, Vec<Meaning>);

impl Run<'_, '_> {
    /// What is to be asked of names before texts are parsed; these migrations, by place, among it.
    pub fn questions_of_names(&self, migrations: &[usize]) -> Questions {
        let others = self.attempt.path.others.iter().map(String::as_str);
        Questions {
            evaluated: evaluated_text(self.project.named_schemas().chain(others)),
            meant: self.question_of_meaning(migrations),
        }
    }

    /// What is to be asked of other schemas, where the session searches some; these migrations, by place, among it.
    fn question_of_meaning(&self, migrations: &[usize]) -> Option<String> {
        // What was applied once meant what it meant.
        let asks = !self.attempt.path.others.is_empty() && self.options.direction != Direction::Back;
        asks.then(|| path::meant_text(self.project, &self.attempt.path.others, migrations))
    }

    /// Refuses migrations that compare, or call, what another schema of the session's search_path has something of its own for.
    /// What they would do differently cannot be tried.
    pub fn migrations_mean(&mut self, migrations: &[usize]) -> Result<(), Error> {
        if self.question_of_meaning(migrations).is_none() {
            return Ok(());
        }
        let meant = path::meant(&mut self.session, self.project, &self.attempt.path.others, migrations);
        self.refuse_migrations(migrations, &meant.map_err(unread)?.migrations)
    }

    fn refuse_migrations(&self, migrations: &[usize], meant: &[MeantElsewhere]) -> Result<(), Error> {
        let Some(first) = meant.first() else { return Ok(()) };
        let all = &self.project.manifest().migrations;
        let relation = first.by.as_deref().map(|by| by.rsplit('.').next().unwrap_or(by).trim_matches('"'));
        let called = first.what.split('(').next().and_then(|name| name.rsplit('.').next());
        let concerned = migrations.iter().map(|&index| &all[index]).find(|migration| {
            migration.compares.iter().any(|(_, name)| Some(name.as_str()) == relation)
                || migration.calls.iter().any(|name| Some(name.as_str()) == called)
        });
        let Some(migration) = concerned else { return Ok(()) };
        let (label, schema) = (migration.label(), identifier(&first.schema));
        let of = first.by.as_ref().map(|by| format!(" for a column of {by}")).unwrap_or_default();
        let message = format!(
            "migration {label} may mean something else here: schema {schema}, which this session searches and the project does \
             not, has {}{of}",
            first.what
        );
        let schemas: BTreeSet<&str> = meant.iter().map(|meant| meant.schema.as_str()).collect();
        let schemas: Vec<&str> = schemas.into_iter().collect();
        Err(Error::new(ErrorKind::Migration, message)
            .object(label)
            .at(self.project.place(&migration.file, 0))
            .help(format!("if that is meant, {}", line(self.project, &schemas)))
            .help(format!(
                "if not, leave {schema} out of the search_path of the session, the role and the database"
            ))
            .unchanged())
    }

    /// Refuses objects that would use something else if the other schemas of the session's search_path were searched, too.
    pub fn objects_mean(&mut self, facts: &Facts) -> Result<(), Error> {
        let ran = self.attempt.ran.clone();
        self.refuse_migrations(&ran, &facts.meant.migrations)?;
        if !facts.meant.any {
            return Ok(());
        }
        let looks = classify::looks(self.project, &facts.recorded, &facts.live, false)?;
        let objects = undecided(self.project, &looks);
        if objects.is_empty() {
            return Ok(());
        }
        if not_comparable(&facts.live).is_some() {
            // Where nothing can be written, nothing comes to mean anything.
            return if facts.live.recovery || facts.live.read_only { Ok(()) } else { Err(self.untold()) };
        }
        self.meaning_may_be_tried(facts, &objects)?;
        let shadows = Shadows::new(self.project, &objects, &facts.live.taken);
        let Some((ours, theirs)) = self.meanings(&shadows)? else { return Ok(()) };
        let found = other_meanings(&ours, &theirs);
        let found: Vec<_> = found
            .iter()
            .filter_map(|(meaning, used)| Some((self.object_of(&shadows, meaning)?, *used)))
            .collect();
        if found.is_empty() { Ok(()) } else { Err(self.means_otherwise(&found)) }
    }

    /// What the shadows mean along the project's path, and along one that goes on with the other schemas. None where one of them
    /// cannot be made: then there is an error of the server, or no other meaning.
    fn meanings(&mut self, shadows: &Shadows) -> Result<Option<Meanings>, Error> {
        let (script, others) = (shadows.script.text(), self.attempt.path.others.clone());
        let own: Vec<String> =
            self.project.named_schemas().chain(others.iter().map(String::as_str)).map(identifier).collect();
        let paths = [self.project.search_path(), format!("{}, pg_temp", own.join(", "))];
        let mut meanings = Vec::new();
        self.session.mark(&format!("savepoint {SAVEPOINT}")).map_err(unread)?;
        for path in paths {
            let read = path::meanings(&mut self.session, &path, script, &others);
            self.session.back_to(SAVEPOINT).map_err(unread)?;
            match read {
                Ok(read) => meanings.push(read),
                Err(Failure::Server(_)) => break,
                Err(failure) => return Err(unread(failure)),
            }
        }
        self.session.mark(&format!("release savepoint {SAVEPOINT}")).map_err(unread)?;
        let mut meanings = meanings.into_iter();
        Ok(meanings.next().zip(meanings.next()))
    }

    fn object_of(&self, shadows: &Shadows, meaning: &Meaning) -> Option<Object<'_>> {
        let called = |object: &Object<'_>, name: &String| match meaning.kind.as_str() {
            "relation" => object.kind().is_relation() && *name == meaning.name,
            "routine" => object.kind().is_routine() && *name == meaning.name,
            _ => {
                let table = object.data().trigger.as_ref().map(|trigger| &trigger.table);
                object.kind() == Kind::Trigger && (*name == meaning.name || table == Some(&meaning.name))
            }
        };
        let objects = shadows.names.iter().map(|(&index, name)| (self.project.object(index), name));
        objects.into_iter().find(|(object, name)| called(object, name)).map(|(object, _)| object)
    }

    fn means_otherwise(&self, found: &[(Object<'_>, &UsedElsewhere)]) -> Error {
        let (object, used) = found[0];
        let schema = identifier(&used.schema);
        let message = format!(
            "{} \"{}\" would mean something else in this session: with schema {schema}, which the session searches and the \
             project does not, it uses {}",
            object.kind(),
            object.identity(),
            used.what
        );
        let schemas: BTreeSet<&str> = found.iter().map(|(_, used)| used.schema.as_str()).collect();
        let schemas: Vec<&str> = schemas.into_iter().collect();
        let error = Error::new(ErrorKind::Object, message)
            .object(object.key())
            .at(object.place(object.data().statement.start))
            .help(format!("if that is meant, {}", line(self.project, &schemas)))
            .help("if not, name the schema of what it uses: operator(pg_catalog.=), pg_catalog.upper(...)");
        let error = match &found[1..] {
            [] => error,
            others => {
                let others: BTreeSet<String> =
                    others.iter().map(|(object, _)| format!("\"{}\"", object.identity())).collect();
                error.note(format!("so would {}", others.into_iter().collect::<Vec<_>>().join(", ")))
            }
        };
        error.unchanged()
    }

    fn untold(&self) -> Error {
        let others: Vec<&str> = self.attempt.path.others.iter().map(String::as_str).collect();
        let schemas: Vec<String> = others.iter().map(|schema| identifier(schema)).collect();
        let message = format!(
            "objects may mean something else in this session, which searches schema {}, and that cannot be found out, because \
             the role lacks TEMPORARY on the database",
            schemas.join(", ")
        );
        Error::new(ErrorKind::Rights, message)
            .help(format!("{}, or grant temporary on the database to the role", line(self.project, &others)))
            .unchanged()
    }
}

/// The objects whose texts are new here, or in doubt.
fn undecided(project: &Project, looks: &[Classification<'_>]) -> BTreeSet<usize> {
    let mut objects = shadows::first_round(project, looks, true);
    let new = looks.iter().filter(|look| look.state == State::Missing);
    objects.extend(new.map(|look| look.object.index()));
    objects
}

fn unread(failure: Failure) -> Error {
    failure.while_(ErrorKind::Ledger, "cannot read what the project's names mean")
}
