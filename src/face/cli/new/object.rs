//! A new object's file: where the project keeps such objects, with a text that works as it stands.

use std::collections::BTreeMap;

use super::file::NewFile;
use crate::face::cli::answer::Failed;
use crate::set::collect::{Held, Inventory};
use crate::words::escape::file_name;
use crate::words::name::{MAX_BYTES, Name, identifier};
use crate::words::object::Kind;

/// What is asked for.
pub struct Wanted<'w> {
    pub kind: Kind,
    pub name: &'w str,
    pub on: Option<&'w str>,
}

/// Its file.
pub fn file(held: &Inventory, wanted: &Wanted<'_>) -> Result<NewFile, Failed> {
    let Wanted { kind, .. } = *wanted;
    let given = name(wanted.name, "name")?;
    let table = wanted.on.map(|on| name(on, "table")).transpose()?;
    if table.is_some() && !given.schema.is_empty() {
        return Err(Failed::new(format!(
            "a trigger has no schema of its own\n  help: its table's is meant: new trigger {} --on {}",
            identifier(&given.name),
            wanted.on.unwrap_or_default()
        )));
    }
    let schema = table.as_ref().map_or(&given.schema, |table| &table.schema);
    let schema = if schema.is_empty() { held.schema.clone() } else { schema.clone() };
    let same = |object: &&Held| {
        let identity = &object.identity;
        let as_relation =
            kind.is_relation() == object.kind.is_relation() && kind.is_routine() == object.kind.is_routine();
        let on = table.as_ref().map(|table| table.name.as_str());
        as_relation
            && identity.schema == schema
            && identity.name == given.name
            && identity.table.as_deref() == on
    };
    // Routines can have overloads, so only the file's name decides there.
    if let Some(object) = held.objects.iter().find(same).filter(|_| !kind.is_routine()) {
        return Err(Failed::new(format!(
            "{} \"{}\" is defined already, in {}",
            object.kind, object.identity, object.file
        )));
    }
    let mut path = folder(held, kind);
    if schema != held.schema && !path.ends_with(&format!("/{}", file_name(&schema))) {
        path = format!("{path}/{}", file_name(&schema));
    }
    let stem = match &table {
        Some(table) => format!("{}.{}", file_name(&table.name), file_name(&given.name)),
        None => file_name(&given.name),
    };
    let shown = |name: &Name| match name.schema.as_str() {
        "" => identifier(&name.name),
        _ => name.to_string(),
    };
    let next = match kind {
        Kind::Trigger => "write what the function does, and when it fires",
        _ => "write its definition; it is created, or changed, at the next start",
    };
    Ok(NewFile {
        path: format!("{path}/{stem}.sql"),
        text: text(kind, &shown(&given), table.as_ref().map(shown).as_deref(), &schema_of(table.as_ref())),
        next: vec![next.to_owned()],
    })
}

/// The schema as it stands before a name; nothing where none was given.
fn schema_of(name: Option<&Name>) -> String {
    name.filter(|name| !name.schema.is_empty())
        .map(|name| format!("{}.", identifier(&name.schema)))
        .unwrap_or_default()
}

/// A text that `build` accepts and PostgreSQL creates.
fn text(kind: Kind, name: &str, table: Option<&str>, schema: &str) -> String {
    match kind {
        Kind::View => format!("-- What one row of it is.\ncreate view {name} as\nselect 1 as id;\n"),
        Kind::MaterializedView => format!(
            "-- What one row of it is. With a unique index it is refreshed without keeping its readers waiting.\n\
             create materialized view {name} as\nselect 1 as id;\n\ncreate unique index {} on {name} (id);\n",
            index(name)
        ),
        Kind::Procedure => format!(
            "-- What it does.\ncreate procedure {name}() language plpgsql as $$\nbegin\n  null;\nend\n$$;\n"
        ),
        Kind::Trigger => format!(
            "-- What it keeps true.\ncreate function {schema}{name}() returns trigger language plpgsql as $$\nbegin\n  return new;\nend\n$$;\n\n\
             create trigger {name} before insert or update on {} for each row execute function {schema}{name}();\n",
            table.unwrap_or_default()
        ),
        _ => format!(
            "-- What it answers. Written without quotes around its body, so that PostgreSQL checks it and knows what it needs.\n\
             create function {name}(id bigint) returns bigint language sql stable\nreturn id;\n"
        ),
    }
}

/// The name of an index on it, within the bytes that PostgreSQL keeps.
fn index(name: &str) -> String {
    let mut name = Name::displayed(name).name;
    while name.len() > MAX_BYTES - "_id".len() {
        name.pop();
    }
    identifier(&format!("{name}_id"))
}

/// Where most objects of the kind are, or the usual folder.
fn folder(held: &Inventory, kind: Kind) -> String {
    let mut folders: BTreeMap<&str, usize> = BTreeMap::new();
    for object in
        held.objects.iter().filter(|object| object.kind == kind && object.identity.schema == held.schema)
    {
        if let Some((folder, _)) = object.file.rsplit_once('/') {
            *folders.entry(folder).or_default() += 1;
        }
    }
    let most = folders.into_iter().max_by(|a, b| (a.1, b.0).cmp(&(b.1, a.0)));
    most.map_or_else(|| format!("{}s", kind.keyword().replace(' ', "_")), |(folder, _)| folder.to_owned())
}

/// A name as it stands in SQL, understood: without quotes it has to be what PostgreSQL would make of it.
fn name(text: &str, what: &str) -> Result<Name, Failed> {
    let bad = |message: String, right: &str| {
        Err(Failed::new(format!(
            "{message}\n  help: a right {what} is {right}, or in quotes as it stands: '\"{}\"'",
            text.replace('"', "")
        )))
    };
    if text.contains('"') {
        let name = Name::displayed(text);
        let quotes = text.matches('"').count();
        if name.name.is_empty() || !quotes.is_multiple_of(2) {
            return Err(Failed::new(format!("{text} is no name: its quotes do not close")));
        }
        return checked(name);
    }
    if text.matches('.').count() > 1 || text.split('.').any(str::is_empty) {
        return bad(format!("\"{text}\" is no name with at most one schema"), "app.gene_scores");
    }
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '.';
    let digit = text.split('.').any(|part| part.starts_with(|c: char| c.is_ascii_digit()));
    if !text.chars().all(plain) || digit {
        return bad(format!("\"{text}\" cannot stand in SQL without quotes as it is"), &snake(text));
    }
    checked(Name::displayed(text))
}

fn checked(name: Name) -> Result<Name, Failed> {
    for part in [&name.schema, &name.name] {
        if part.len() > MAX_BYTES {
            return Err(Failed::new(format!(
                "\"{part}\" has {} bytes, and PostgreSQL cuts names at {MAX_BYTES}",
                part.len()
            )));
        }
    }
    Ok(name)
}

/// `GeneScores-2` as people write it in SQL: `gene_scores_2`.
pub fn snake(text: &str) -> String {
    let mut snake = String::new();
    let mut small = false;
    for c in text.chars() {
        if c.is_uppercase() && small {
            snake.push('_');
        }
        small = c.is_lowercase() || c.is_ascii_digit();
        match c {
            c if c.is_ascii_alphanumeric() || c == '.' => snake.push(c.to_ascii_lowercase()),
            _ if snake.is_empty() || snake.ends_with(['_', '.']) => {}
            _ => snake.push('_'),
        }
    }
    let snake = snake.trim_end_matches(['_', '.']).to_owned();
    match snake.chars().next() {
        None => "gene_scores".to_owned(),
        Some(first) if first.is_ascii_digit() => format!("v_{snake}"),
        Some(_) => snake,
    }
}
