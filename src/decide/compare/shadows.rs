//! Shadows: temporary objects made from the files, which the server deparses as it deparsed the live ones. So text is
//! compared with text of the same server, and whether an object can be replaced in place is known before it is touched.
//!
//! A view's shadow is a temporary view, and so is a materialized view's: its query is what counts. A routine's is in pg_temp;
//! a trigger's is on an empty copy of its table. A shadow names the shadows of the objects that it needs where these exist, and
//! the live ones elsewhere.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::classify::{Classification, State};
use crate::decide::plan::script::{Script, Sql};
use crate::decide::plan::splice::{has_alias, splice};
use crate::set::bundle::Reference;
use crate::set::graph;
use crate::set::project::{Object, Project};
use crate::words::identity::Identity;
use crate::words::name::{Name, identifier};
use crate::words::object::Kind;
use crate::words::span::Span;

/// The shadows to make.
#[derive(Debug)]
pub struct Shadows {
    /// Their names in pg_temp, by object; of triggers, the names of the copies of their tables.
    pub names: BTreeMap<usize, String>,
    /// How `sql/shapes.sql` finds them, with the object's identity as the key.
    pub wanted: Vec<Value>,
    pub script: Script,
    /// They stand on what is live, and not on each other.
    lone: bool,
}

/// The objects that need shadows at first: those in doubt, and those that are not there yet or not under their name, which
/// the former may name, or whose columns are wanted. A call may mean any routine of its name, so one shadow of a routine
/// wants those of all.
pub fn first_round(project: &Project, looks: &[Classification<'_>], columns: bool) -> BTreeSet<usize> {
    if !columns && !looks.iter().any(|look| look.state == State::Suspect) {
        return BTreeSet::new();
    }
    let needed = |look: &&Classification<'_>| match look.state {
        State::Suspect => true,
        State::Missing => look.object.kind() != Kind::Trigger,
        _ => look.moved_from().is_some(),
    };
    with_overloads(project, looks.iter().filter(needed).map(|look| look.object.index()).collect())
}

/// The objects that need shadows when some move: all that stand on these too.
pub fn second_round(project: &Project, first: &BTreeSet<usize>, moving: &BTreeSet<usize>) -> BTreeSet<usize> {
    let needs: Vec<&[usize]> = project.objects().map(|object| object.data().needs.as_slice()).collect();
    with_overloads(project, graph::dependents(&needs, moving).union(first).copied().collect())
}

fn with_overloads(project: &Project, mut objects: BTreeSet<usize>) -> BTreeSet<usize> {
    let routines = || project.objects().filter(|object| object.kind().is_routine());
    let names: BTreeSet<_> =
        routines().filter(|object| objects.contains(&object.index())).map(|object| object.name()).collect();
    if !names.is_empty() {
        let same = routines().filter(|object| names.contains(&object.name()));
        objects.extend(same.map(|object| object.index()));
    }
    objects
}

impl Shadows {
    /// Shadows of these objects. Of two with one name in different schemas, the second gets another name, and so does one
    /// whose name a temporary relation of the session has; it is then found to differ wherever it is named, and replaced
    /// in place at worst.
    pub fn new(project: &Project, objects: &BTreeSet<usize>, taken: &[String]) -> Self {
        Shadows::before(project, objects, taken, &BTreeMap::new())
    }

    /// The same, with copies of live relations in the place of some (`copied`).
    pub fn before(
        project: &Project,
        objects: &BTreeSet<usize>,
        taken: &[String],
        copied: &BTreeMap<usize, Name>,
    ) -> Self {
        let mut names = BTreeMap::new();
        // Routines of one name have other arguments; relations and routines do not share their names.
        let mut taken: BTreeSet<(String, Option<String>)> =
            taken.iter().map(|name| (name.clone(), None)).collect();
        for &index in objects {
            let Identity { name, arguments, .. } = project.object(index).identity();
            let name = match project.object(index).kind() {
                Kind::Trigger => format!("viewkeeper on {index}"),
                _ if taken.contains(&(name.clone(), arguments.clone())) => format!("viewkeeper {index}"),
                _ => name,
            };
            taken.insert((name.clone(), arguments));
            names.insert(index, name);
        }
        let mut shadows = Shadows { names, wanted: Vec::new(), script: Script::default(), lone: false };
        if objects.iter().any(|&index| project.object(index).kind().is_routine()) {
            shadows.script.push("set local check_function_bodies to off");
        }
        shadows.add_all(project, objects, copied);
        shadows
    }

    fn add_all(&mut self, project: &Project, objects: &BTreeSet<usize>, copied: &BTreeMap<usize, Name>) {
        for &index in objects {
            match copied.get(&index) {
                Some(live) => {
                    let copy = identifier(&self.names[&index]);
                    self.script.push(&format!("create temporary view {copy} as select * from {live}"));
                }
                None => self.add(project.object(index)),
            }
        }
    }

    /// The shadow of an object that stands on what is live.
    pub fn lone(object: Object<'_>) -> Self {
        let index = object.index();
        let names = BTreeMap::from([(index, format!("viewkeeper {index}"))]);
        let mut shadows = Shadows { names, wanted: Vec::new(), script: Script::default(), lone: true };
        if object.kind().is_routine() {
            shadows.script.push("set local check_function_bodies to off");
        }
        shadows.add(object);
        shadows
    }

    fn add(&mut self, object: Object<'_>) {
        let (data, index) = (object.data(), object.index());
        let name = identifier(&self.names[&index]);
        let key = object.key();
        let rest = Span { start: data.head_end, end: data.statement.end };
        let start = |head: String| Sql::of(object).generated(&head, data.statement.start);
        let (sql, wanted) = match (object.kind(), &data.materialized, &data.trigger) {
            (Kind::Trigger, _, Some(trigger)) => {
                let on = self.table_of(object);
                let (to, from) = (trigger.target.start, trigger.target.end);
                let head = start(format!("create {} {}", data.words, identifier(&data.name)));
                let sql = splice(head, object, Span { end: to, ..rest }, |one| self.named(object, one));
                let sql = sql.generated(&on, to);
                let sql = splice(sql, object, Span { start: from, ..rest }, |one| self.named(object, one));
                (sql, json!({"key": key, "trigger": data.name, "on": on}))
            }
            (_, Some(view), _) => {
                let sql = start(format!("create temporary view {name} "));
                let sql = match view.columns {
                    Some(columns) => sql.verbatim(object, columns.start, columns.end),
                    None => sql,
                };
                let sql = sql.generated(" as ", view.query.start);
                let sql = splice(sql, object, view.query, |one| self.named(object, one));
                (sql, json!({"key": key, "relation": format!("pg_temp.{name}")}))
            }
            (kind, ..) if kind.is_routine() => {
                let sql = start(format!("create {} pg_temp.{name}", data.words));
                let sql = splice(sql, object, rest, |one| self.named(object, one));
                let arguments = object.identity().arguments.unwrap_or_default();
                let routine = format!("pg_temp.{name}({arguments})");
                (sql, json!({"key": key, "routine": routine, "name": self.names[&index]}))
            }
            _ => {
                let sql = start(format!("create temporary {} {name}", data.words));
                let sql = splice(sql, object, rest, |one| self.named(object, one));
                (sql, json!({"key": key, "relation": format!("pg_temp.{name}")}))
            }
        };
        self.script.push_sql(&sql);
        self.wanted.push(wanted);
    }

    /// What stands for a reference: the shadow, where there is one.
    fn named(&self, object: Object<'_>, reference: &Reference) -> Option<String> {
        let name = self.names.get(&reference.object).filter(|_| !self.lone)?;
        let shadow = format!("pg_temp.{}", identifier(name));
        let other = object.sibling(reference.object);
        let own = &other.data().name;
        let behind = Span { start: reference.span.end, end: object.data().statement.end };
        match name != own && other.kind().is_relation() && !has_alias(object.slice(behind)) {
            true => Some(format!("{shadow} {}", identifier(own))),
            false => Some(shadow),
        }
    }

    /// The shadow of a trigger's view, or an empty copy of its table, which is made here.
    fn table_of(&mut self, trigger: Object<'_>) -> String {
        let Some(table) = trigger.identity().on() else { return String::new() };
        let of_project = trigger.needs().find(|object| object.kind().is_relation() && object.name() == table);
        if let Some(name) = of_project.and_then(|view| self.names.get(&view.index())) {
            return format!("pg_temp.{}", identifier(name));
        }
        let copy = format!("pg_temp.{}", identifier(&self.names[&trigger.index()]));
        let (front, rest) = copy_of(trigger, &table.to_string());
        self.script.push(&format!("{front}{copy}{rest}"));
        copy
    }
}

/// The statement that copies the relation of a trigger: up to the name of the copy, and what is behind it.
pub fn copy_of(trigger: Object<'_>, table: &str) -> (&'static str, String) {
    let of_project = |object: Object<'_>| object.kind().is_relation() && object.name().to_string() == table;
    match trigger.needs().any(of_project) {
        true => ("create temporary view ", format!(" as select * from {table}")),
        false => ("create temporary table ", format!(" (like {table})")),
    }
}
