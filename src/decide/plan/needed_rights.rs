//! The rights that the pending migrations and the objects' files need, asked for before anything is done.

use std::collections::BTreeSet;

use super::privileges::{Maker, lacks_language};
use crate::decide::compare::classify::Classification;
use crate::read::facts::LiveSchema;
use crate::read::needed_rights::{Answer, Lack, Lacking, Question, Unless};
use crate::set::bundle::Attachment;
use crate::set::project::{Object, Project};
use crate::words::attachment::{Role, Says};
use crate::words::name::{Name, identifier};
use crate::words::needed_right::{NeededRight, Right};
use crate::words::object::Kind;
use crate::words::verb::Verb;

/// What is missing.
#[derive(Clone, Debug, Default)]
pub struct Missing {
    /// Each with the statement that gives it.
    pub rights: Vec<String>,
    /// What may be missing: a migration may give it, or the server ask for less.
    pub warnings: Vec<String>,
    /// What this run does without, and a later one does not.
    pub later: Vec<String>,
}

impl Missing {
    /// Everything once.
    pub fn once(mut self) -> Self {
        for list in [&mut self.rights, &mut self.warnings, &mut self.later] {
            let mut told = BTreeSet::new();
            list.retain(|text| told.insert(text.clone()));
        }
        self
    }
}

/// A migration seems to make a schema in a way that does without IF NOT EXISTS and that no parser follows.
pub fn makes_schema_unseen(project: &Project, pending: &[usize]) -> bool {
    let mut rights = pending.iter().flat_map(|&index| &project.manifest().migrations[index].rights);
    rights.any(|right| right.right == Right::SchemaUnseen)
}

/// What the pending migrations need, and the objects that are not there before them. `every`: also that something may be made in
/// their schemas.
pub fn before_migrations(project: &Project, pending: &[usize], every: bool) -> Vec<Question> {
    let mut questions = Vec::new();
    let mut surely = true;
    for right in pending.iter().flat_map(|&index| &project.manifest().migrations[index].rights) {
        match right.right {
            Right::Changes => surely = false,
            Right::SchemaUnseen => {}
            _ => questions.push(of_migration(project, right, surely)),
        }
    }
    let schemas_of = |question: &Question| match question.right {
        Right::SchemaOf => Some((question.name.clone(), question.of.clone())),
        _ => None,
    };
    let owned: BTreeSet<_> = questions.iter().filter_map(schemas_of).collect();
    for object in project.objects().filter(|object| object.data().renamed_from.is_empty()) {
        let mut needed = of_definition(object);
        needed.extend(object.data().attachments.iter().filter_map(|attachment| of_owner(object, attachment)));
        if every && object.kind() != Kind::Trigger {
            needed.push(question(object, Right::Make, None));
        }
        let unless = Some(Unless::There);
        // Whose schema a migration makes may create in it.
        needed.retain(|one| !owned.contains(&(one.schemas.concat(), one.of.clone())));
        questions.extend(needed.into_iter().map(|one| Question { surely, unless, ..one }));
    }
    numbered(questions)
}

/// What objects need for what is done to them.
pub fn of_actions<'a>(
    done: impl Iterator<Item = (Verb, Object<'a>)>,
    looks: &[Classification<'_>],
) -> Vec<Question> {
    let mut questions = Vec::new();
    for (verb, object) in done {
        let attachments = &object.data().attachments;
        let sent: Vec<&Attachment> = match verb {
            Verb::Create | Verb::Rebuild => attachments.iter().collect(),
            Verb::Replace | Verb::Attach => {
                let look = looks.iter().find(|look| look.object.index() == object.index());
                let places = look.map(|look| look.reconciled.statements()).unwrap_or_default();
                places.iter().filter_map(|&place| attachments.get(place)).collect()
            }
            _ => continue,
        };
        questions.extend(sent.iter().filter_map(|attachment| of_owner(object, attachment)));
        if object.kind() == Kind::Trigger && verb == Verb::Create {
            questions.extend(of_definition(object));
        }
    }
    numbered(questions)
}

fn numbered(questions: Vec<Question>) -> Vec<Question> {
    questions.into_iter().enumerate().map(|(place, question)| Question { place, ..question }).collect()
}

fn of_migration(project: &Project, needed: &NeededRight, surely: bool) -> Question {
    let schemas = match &needed.schema {
        Some(schema) => vec![schema.clone()],
        None => project.named_schemas().map(str::to_owned).collect(),
    };
    Question {
        place: 0,
        right: needed.right,
        schemas,
        name: needed.name.clone(),
        of: needed.of.clone(),
        unless: (needed.right == Right::Owner).then_some(Unless::Owned),
        kind: None,
        surely,
    }
}

/// What CREATE needs beside CREATE on the schema.
fn of_definition(object: Object<'_>) -> Vec<Question> {
    let data = object.data();
    let language = data.routine.as_ref().and_then(|routine| routine.language.as_deref());
    let mut questions: Vec<Question> =
        language.map(|language| question(object, Right::Language, Some(language))).into_iter().collect();
    if let Some(trigger) = &data.trigger {
        let of_table = question(object, Right::Trigger, Some(&data.name));
        questions.push(Question { name: trigger.table.clone(), ..of_table });
    }
    questions
}

fn of_owner(object: Object<'_>, attachment: &Attachment) -> Option<Question> {
    match &attachment.says {
        Says::Owner { role: Role::Named(role) } => Some(question(object, Right::Owner, Some(role))),
        _ => None,
    }
}

fn question(object: Object<'_>, right: Right, of: Option<&str>) -> Question {
    let Name { schema, name } = object.name();
    let kind = match object.kind() {
        Kind::Trigger => "trigger",
        kind if kind.is_routine() => "routine",
        _ => "relation",
    };
    Question {
        place: 0,
        right,
        schemas: vec![schema],
        name,
        of: of.map(str::to_owned),
        unless: None,
        kind: Some(kind),
        surely: true,
    }
}

/// What is missing, in words.
pub fn missing(questions: &[Question], answer: &Answer) -> Missing {
    let mut missing = Missing::default();
    for lack in &answer.lacks {
        let Some(question) = questions.get(lack.place) else { continue };
        let right = told(question, lack, answer);
        let (list, text) = match (lack.lacks, lack.surely && question.surely) {
            (Lacking::Extension | Lacking::EventTrigger, _) => (&mut missing.warnings, right),
            (_, true) => (&mut missing.rights, right),
            (_, false) => (
                &mut missing.warnings,
                format!("unless a table migration gives it before it is needed, the role lacks {right}"),
            ),
        };
        if !list.contains(&text) {
            list.push(text);
        }
    }
    missing
}

fn told(question: &Question, lack: &Lack, answer: &Answer) -> String {
    let (role, of) = (identifier(&answer.role), identifier(question.of.as_deref().unwrap_or_default()));
    let name = || match (question.schemas.as_slice(), &question.right) {
        (_, Right::Schema | Right::SchemaOf) => format!("schema {}", identifier(&question.name)),
        ([schema], _) => Name::new(schema.as_str(), question.name.as_str()).to_string(),
        _ => identifier(&question.name),
    };
    let inside = lack.inside.as_deref().unwrap_or_default();
    let maker = Maker { role: &answer.role, database: &answer.database, schemas: false };
    let schema = |name: &str, exists: bool| LiveSchema {
        name: name.to_owned(),
        exists,
        owner: None,
        trusted: None,
        create: false,
    };
    match lack.lacks {
        Lacking::Role => format!("membership in role {of}, who is to own {}: grant {of} to {role}", name()),
        Lacking::Schema => format!(
            "CREATE on schema {inside} for role {of}, who is to own {}: grant create on schema {inside} to {of}",
            name()
        ),
        Lacking::Create => maker
            .lacks(&schema(question.schemas.first().map_or("", String::as_str), true))
            .unwrap_or_default(),
        Lacking::Database => maker.lacks(&schema(&question.name, false)).unwrap_or_default(),
        Lacking::Usage | Lacking::Superuser => {
            let language = question.of.as_deref().unwrap_or_default();
            lacks_language(language, lack.lacks == Lacking::Usage, &name(), &answer.role)
        }
        Lacking::Trigger => format!("TRIGGER on {inside}: grant trigger on {inside} to {role}"),
        Lacking::References => format!("REFERENCES on {inside}: grant references on {inside} to {role}"),
        Lacking::Extension => format!(
            "extension {0} needs a superuser, unless this server lets others make it: create extension {0} as one first",
            identifier(&question.name)
        ),
        Lacking::EventTrigger => format!(
            "event trigger {} needs a superuser, unless this server lets others make it",
            identifier(&question.name)
        ),
    }
}
