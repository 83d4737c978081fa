//! The statements that belong to an object, and whose they are.

use super::draft::{Attached, Draft, Known};
use super::file::File;
use crate::text::diagnostic::Diagnostic;
use crate::text::parse::{Attach, Named, Statement, Target};
use crate::words::attachment::Says;
use crate::words::name::Name;
use crate::words::nearest::nearest;
use crate::words::object::Kind;

/// Gives a statement to the object that it is about.
pub fn attach<'f>(
    drafts: &mut [Draft<'f>],
    known: &Known<'_>,
    file: &'f File<'f>,
    statement: &'f Statement,
    said: &'f Attach,
) -> Result<(), Box<Diagnostic>> {
    let [target] = said.to.as_slice() else {
        let problem =
            file.problem(statement.span.start, format!("this {} names several objects", statement.words));
        return Err(Box::new(
            problem.help("write one statement for each, so that each can be run with its object"),
        ));
    };
    let about = About { file, statement, said, target };
    let found = about.find(drafts, known)?;
    match found.map(|index| &mut drafts[index]) {
        Some(draft) if std::ptr::eq(draft.file, file) => {
            about.fits(draft, known)?;
            draft.attachments.push(Attached { statement, said });
            Ok(())
        }
        found => {
            let found =
                found.map(|draft| &*draft).map(|draft| (draft.file, draft.definition.name.span.start));
            about.is_of_another_file(drafts, known, found)
        }
    }
}

struct About<'a, 'f> {
    file: &'f File<'f>,
    statement: &'f Statement,
    said: &'f Attach,
    target: &'a Target,
}

impl About<'_, '_> {
    fn name(&self, known: &Known<'_>) -> Name {
        known.name(&self.target.name)
    }

    /// As it is called in messages.
    fn shown(&self, known: &Known<'_>) -> String {
        let name = self.name(known);
        match &self.target.is {
            Named::Routine(Some(arguments)) => format!("{name}({})", arguments.join(",")),
            Named::Trigger(trigger) => format!("{} on {name}", crate::words::name::identifier(trigger)),
            _ => name.to_string(),
        }
    }

    fn problem(&self, message: String) -> Diagnostic {
        self.file.problem(self.target.name.span.start, message)
    }

    fn is_here(&self, draft: &Draft<'_>) -> bool {
        std::ptr::eq(draft.file, self.file)
    }

    fn find(&self, drafts: &[Draft<'_>], known: &Known<'_>) -> Result<Option<usize>, Box<Diagnostic>> {
        let name = self.name(known);
        Ok(match &self.target.is {
            Named::Relation => known.relation(&name),
            Named::Trigger(trigger) => known.trigger(trigger, &name),
            Named::Routine(Some(arguments)) => known.routine(&name, arguments),
            Named::Routine(None) => {
                let all = known.routines(&name);
                let here: Vec<usize> =
                    all.iter().copied().filter(|&index| self.is_here(&drafts[index])).collect();
                if let [one, other, ..] = here.as_slice() {
                    let message = format!("\"{name}\" is more than one routine of this file");
                    let problem = [one, other].iter().fold(self.problem(message), |problem, &&index| {
                        problem.and(self.file.place(drafts[index].definition.name.span.start))
                    });
                    return Err(Box::new(problem.help("write the types of its arguments after its name")));
                }
                here.first().or(all.first()).copied()
            }
            Named::Index | Named::Statistics => drafts.iter().position(|draft| {
                self.is_here(draft)
                    && draft.identity.schema == name.schema
                    && draft.attachments.iter().any(|attached| match (&attached.said.says, &self.target.is) {
                        (Says::Index { name: index, .. }, Named::Index) => *index == name.name,
                        (Says::Statistics { name: statistics, .. }, Named::Statistics) => {
                            *statistics == name.name
                        }
                        _ => false,
                    })
            }),
        })
    }

    /// The statement can be about this object.
    fn fits(&self, draft: &Draft<'_>, known: &Known<'_>) -> Result<(), Box<Diagnostic>> {
        if let Some(flaw) = self.said.flaws.first() {
            return Err(Box::new(self.file.syntax_problem(flaw)));
        }
        let kind = draft.kind();
        // PostgreSQL takes an aggregate for a function.
        let fits = |named: Kind| named == kind || (named, kind) == (Kind::Function, Kind::Aggregate);
        if let Some(named) = self.target.kind.filter(|&named| !fits(named)) {
            let message =
                format!("\"{}\" is {}, and this is only for {}", draft.identity, one(kind), all(named));
            let problem = self.problem(message);
            return Err(Box::new(match self.said.says {
                Says::Rule { .. } | Says::Index { .. } | Says::Statistics { .. } => problem.help("remove it"),
                _ => problem.help(format!("write {}", kind.keyword().to_uppercase())),
            }));
        }
        if let (Says::Statistics { .. }, Some(created)) = (&self.said.says, &self.said.created) {
            let name = known.name(created);
            if name.schema != draft.identity.schema {
                let message =
                    format!("the statistics \"{name}\" are in another schema than \"{}\"", draft.identity);
                let problem = self.file.problem(created.span.start, message);
                let here = Name::new(draft.identity.schema.as_str(), name.name.as_str());
                return Err(Box::new(problem.help(format!("write {here}"))));
            }
        }
        Ok(())
    }

    /// Why the statement is about no object of this file.
    fn is_of_another_file(
        &self,
        drafts: &[Draft<'_>],
        known: &Known<'_>,
        found: Option<(&File<'_>, usize)>,
    ) -> Result<(), Box<Diagnostic>> {
        let shown = self.shown(known);
        let about = match self.said.says {
            Says::Rule { .. } => "this rule".to_owned(),
            Says::Index { .. } => "this index".to_owned(),
            _ => format!("this {}", self.statement.words),
        };
        let here: Vec<&Draft<'_>> = drafts.iter().filter(|draft| self.is_here(draft)).collect();
        // Its object may be here twice, or have a syntax error; that is reported, and nothing follows from it.
        if !self.file.is_whole() || here.iter().any(|draft| draft.identity.to_string() == shown) {
            return Ok(());
        }
        if let Some((other, at)) = found {
            let message = format!("{about} belongs to \"{shown}\", which another file defines");
            let problem = self.problem(message).and(other.place(at));
            return Err(Box::new(problem.help(format!("move it to {}", other.shown))));
        }
        let what = match self.target.is {
            Named::Index => "the index ",
            Named::Statistics => "the statistics ",
            _ => "",
        };
        let message = format!("{about} is about {what}\"{shown}\", which this file does not define");
        let problem = self.problem(message);
        let word = match &self.target.is {
            Named::Trigger(trigger) => trigger,
            _ => &self.target.name.name,
        };
        let same: Vec<String> = here
            .iter()
            .filter(|draft| draft.identity.name == *word)
            .map(|draft| format!("the {} \"{}\"", draft.kind(), draft.identity))
            .collect();
        if !same.is_empty() {
            return Err(Box::new(problem.help(format!("it defines {}", same.join(" and ")))));
        }
        Err(Box::new(match nearest(word, here.iter().map(|draft| draft.identity.name.as_str())) {
            Some(near) => problem.help(format!("did you mean \"{near}\"?")),
            None => problem.help("what is about a table stands in a table migration"),
        }))
    }
}

fn one(kind: Kind) -> String {
    if kind == Kind::Aggregate { format!("an {kind}") } else { format!("a {kind}") }
}

fn all(kind: Kind) -> String {
    format!("{kind}s")
}
