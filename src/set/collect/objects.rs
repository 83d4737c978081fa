//! From drafts to the bundle's objects: in order, with tiers and checksums.

use std::collections::BTreeSet;

use super::draft::{Draft, Known};
use super::earlier::renamed_from;
use super::edges::{Edge, Edges};
use super::{parts, release};
use crate::set::bundle::{Object, Reference};
use crate::set::graph::{self, Cycle, Order};
use crate::text::diagnostic::Diagnostic;
use crate::text::parse::Written;
use crate::words::checksum::Checksum;
use crate::words::name::Name;

/// Where names are looked up: among the drafts, and among the relations that table migrations create.
type Searched<'s> = (&'s Known<'s>, &'s BTreeSet<Name>);

/// The objects in an order in which they can be created; none when some need each other.
pub fn in_order(
    drafts: &[Draft<'_>],
    edges: &[Edges],
    (known, tables): Searched<'_>,
    problems: &mut Vec<Diagnostic>,
) -> Vec<Object> {
    let names: Vec<String> = drafts.iter().map(|draft| draft.identity.to_string()).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let edges = &without_other_overloads(edges);
    let needs: Vec<Vec<usize>> =
        edges.iter().map(|edges| edges.hard.iter().map(|edge| edge.to).collect()).collect();
    let needs: Vec<&[usize]> = needs.iter().map(Vec::as_slice).collect();
    let wishes: Vec<&[usize]> = edges.iter().map(|edges| edges.soft.as_slice()).collect();
    match graph::order_with_wishes(&names, &needs, &wishes) {
        Ok(order) => {
            let mut places = vec![0; drafts.len()];
            for (place, &node) in order.nodes.iter().enumerate() {
                places[node] = place;
            }
            let placed = Placed { order: &order, places: &places, names: &names, known };
            order.nodes.iter().map(|&node| placed.object(&drafts[node], &edges[node].hard, node)).collect()
        }
        Err(cycles) => {
            let searched = (known, tables);
            problems.extend(cycles.iter().map(|cycle| circle(drafts, edges, (&names, searched), cycle)));
            Vec::new()
        }
    }
}

/// A call can mean any overload that its arguments fit. One that would close a circle is not meant where another fits.
fn without_other_overloads(edges: &[Edges]) -> Vec<Edges> {
    let needs: Vec<Vec<usize>> =
        edges.iter().map(|edges| edges.hard.iter().map(|edge| edge.to).collect()).collect();
    let needs: Vec<&[usize]> = needs.iter().map(Vec::as_slice).collect();
    let knots = graph::knots(&needs);
    let meant = edges.iter().enumerate().map(|(from, edges)| {
        let apart = |edge: &Edge| knots[edge.to] != knots[from];
        let elsewhere: Vec<usize> =
            edges.hard.iter().filter(|edge| edge.called && apart(edge)).map(|edge| edge.span.start).collect();
        let keeps = |edge: &&Edge| !edge.called || apart(edge) || !elsewhere.contains(&edge.span.start);
        Edges { hard: edges.hard.iter().filter(keeps).copied().collect(), soft: edges.soft.clone() }
    });
    meant.collect()
}

/// Where each draft has its place.
struct Placed<'o> {
    order: &'o Order,
    places: &'o [usize],
    names: &'o [&'o str],
    known: &'o Known<'o>,
}

impl Placed<'_> {
    fn object(&self, draft: &Draft<'_>, edges: &[Edge], node: usize) -> Object {
        let mut needs: Vec<usize> = edges.iter().map(|edge| self.places[edge.to]).collect();
        needs.sort_unstable();
        needs.dedup();
        let mut mentions: Vec<usize> = self.order.wishes[node].iter().map(|&to| self.places[to]).collect();
        mentions.sort_unstable();
        mentions.retain(|mentioned| needs.binary_search(mentioned).is_err());
        let references = edges.iter().filter(|edge| edge.replaceable);
        let needed = needs.iter().map(|&place| self.names[self.order.nodes[place]]);
        Object {
            kind: draft.kind(),
            words: draft.definition.words.clone(),
            schema: draft.definition.schema().map(str::to_owned),
            name: draft.definition.name.name.clone(),
            file: draft.file.path.to_owned(),
            parts: parts::ranges(draft),
            statement: draft.statement.span,
            head_end: draft.definition.name.span.end,
            checksum: checksum(draft, needed, self.known.path),
            tier: self.order.tiers[node],
            references: references
                .map(|edge| Reference { span: edge.span, object: self.places[edge.to] })
                .collect(),
            needs,
            mentions,
            written: parts::written(draft, self.known),
            indexed_by: parts::indexed_by(draft),
            options: parts::options(draft),
            attachments: parts::attachments(draft),
            renamed_from: renamed_from(draft, self.known),
            materialized: parts::materialized(draft),
            routine: parts::routine(draft),
            trigger: parts::trigger(draft),
        }
    }
}

/// The object's part of its file, and which objects of the project its names mean: a new object can take a name that
/// meant another one, and so can one in a schema of the path. Space between statements is not counted, so that an object can be moved to another file, or get a
/// neighbour, without a change.
fn checksum<'n>(draft: &'n Draft<'_>, needs: impl Iterator<Item = &'n str>, path: &'n [String]) -> Checksum {
    let attached = draft.attachments.iter().map(|attached| attached.statement);
    let texts = std::iter::once(draft.statement)
        .chain(attached)
        .map(|statement| draft.file.slice(statement.part).trim());
    Checksum::of_parts(texts.chain(needs).chain(release::path(path)))
}

/// The relation of another schema of the path that one which names itself without a schema may mean: a table where there is one.
fn namesake(draft: &Draft<'_>, edges: &Edges, (known, tables): Searched<'_>) -> Option<Name> {
    let own = draft.identity.qualified();
    let meant = |edge: &Edge| {
        let written = Written::read(draft.file.slice(edge.span), 0)?;
        let others: Vec<Name> = known.names(&written).filter(|name| *name != own).collect();
        let table = others.iter().find(|name| tables.contains(name)).or(others.first());
        table.filter(|_| written.schema.is_none()).cloned()
    };
    edges.hard.iter().find_map(meant)
}

/// Each member with the place where it names the next one; the last one names the first.
fn circle(
    drafts: &[Draft<'_>],
    edges: &[Edges],
    (names, searched): (&[&str], Searched<'_>),
    cycle: &Cycle,
) -> Diagnostic {
    let next = |index: usize| cycle.nodes[(index + 1) % cycle.nodes.len()];
    let circle = cycle.nodes.iter().enumerate().filter_map(|(index, &node)| {
        let edge = edges[node].hard.iter().find(|edge| edge.to == next(index))?;
        Some(drafts[node].file.place(edge.span.start))
    });
    let entangled = cycle.entangled.iter().map(|&node| &drafts[node]);
    let entangled = entangled.map(|draft| draft.file.place(draft.definition.name.span.start));
    let places = circle.chain(entangled).collect();
    let first = names[cycle.nodes[0]];
    if cycle.nodes.len() == 1 {
        let problem = Diagnostic { message: format!("\"{first}\" reads itself"), places, helps: Vec::new() };
        let draft = &drafts[cycle.nodes[0]];
        let problem = match namesake(draft, &edges[cycle.nodes[0]], searched) {
            Some(other) => problem.help(format!("where the one in another schema is meant, write {other}")),
            None => problem,
        };
        return problem
            .help("a view that reads itself is written CREATE RECURSIVE VIEW, or with WITH RECURSIVE");
    }
    let way = cycle.nodes.iter().chain([&cycle.nodes[0]]).map(|&node| format!("\"{}\"", names[node]));
    let mut message = format!("these need each other: {}", way.collect::<Vec<_>>().join(" -> "));
    if !cycle.entangled.is_empty() {
        let others: Vec<String> =
            cycle.entangled.iter().map(|&node| format!("\"{}\"", names[node])).collect();
        message = format!("{message}; and in other circles with them {}", others.join(", "));
    }
    let problem = Diagnostic { message, places, helps: Vec::new() }
        .help("move what both sides need into a view of its own");
    let is_parsed = |&node: &usize| drafts[node].routine().is_some_and(|routine| routine.body.is_none());
    match cycle.nodes.iter().find(|node| is_parsed(node)) {
        Some(&node) => problem.help(format!(
            "or write the body of \"{}\" as a string: what it names is then looked up when it is called",
            names[node]
        )),
        None => problem,
    }
}
