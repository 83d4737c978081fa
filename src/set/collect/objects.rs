//! From drafts to the bundle's objects: in order, with tiers and checksums.

use super::draft::Draft;
use super::edges::Edge;
use crate::set::bundle::{Attachment, Object, Reference};
use crate::set::graph::{self, Cycle, Order};
use crate::text::diagnostic::Diagnostic;
use crate::text::parse::Word;
use crate::words::checksum::Checksum;

/// The objects in an order in which they can be created; none when some need each other.
pub fn in_order(drafts: &[Draft<'_>], edges: &[Vec<Edge>], problems: &mut Vec<Diagnostic>) -> Vec<Object> {
    let names: Vec<String> = drafts.iter().map(|draft| draft.identity.to_string()).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let needs: Vec<Vec<usize>> =
        edges.iter().map(|edges| edges.iter().map(|edge| edge.to).collect()).collect();
    let needs: Vec<&[usize]> = needs.iter().map(Vec::as_slice).collect();
    match graph::order(&names, &needs) {
        Ok(order) => {
            let mut places = vec![0; drafts.len()];
            for (place, &node) in order.nodes.iter().enumerate() {
                places[node] = place;
            }
            order
                .nodes
                .iter()
                .map(|&node| object(&drafts[node], &edges[node], node, &order, &places, &names))
                .collect()
        }
        Err(cycles) => {
            problems.extend(cycles.iter().map(|cycle| circle(drafts, edges, &names, cycle)));
            Vec::new()
        }
    }
}

fn object(
    draft: &Draft<'_>,
    edges: &[Edge],
    node: usize,
    order: &Order,
    places: &[usize],
    names: &[&str],
) -> Object {
    let mut needs: Vec<usize> = edges.iter().map(|edge| places[edge.to]).collect();
    needs.sort_unstable();
    needs.dedup();
    let references = edges.iter().filter(|edge| edge.replaceable);
    let mut options = draft.view.options.clone();
    let attached = draft.attachments.iter().flat_map(|(_, attach)| attach.says.options());
    options.extend(attached.map(str::to_owned));
    options.sort();
    options.dedup();
    let attachments = draft.attachments.iter();
    let renamed = draft.statement.directives.iter().filter(|directive| directive.word == Word::RenamedFrom);
    let words = if draft.view.recursive { "recursive view" } else { "view" };
    Object {
        kind: draft.kind(),
        words: words.to_owned(),
        schema: draft.view.name.schema.clone(),
        name: draft.view.name.name.clone(),
        file: draft.file.path.to_owned(),
        statement: draft.statement.span,
        head_end: draft.view.name.span.end,
        checksum: checksum(draft, needs.iter().map(|&place| names[order.nodes[place]])),
        tier: order.tiers[node],
        needs,
        mentions: Vec::new(),
        references: references.map(|edge| Reference { span: edge.span, object: places[edge.to] }).collect(),
        options,
        attachments: attachments
            .map(|(statement, attach)| Attachment {
                says: attach.says.clone(),
                span: statement.span,
                target: attach.to[0].span,
                created: None,
            })
            .collect(),
        renamed_from: renamed
            .flat_map(|directive| &directive.names)
            .map(|object| (object.name.schema.clone(), object.name.name.clone()))
            .collect(),
        materialized: None,
        routine: None,
        trigger: None,
    }
}

/// The object's part of its file, and which objects of the project its names mean: a new object can take a name that
/// meant another one. Space between statements is not counted, so that an object can be moved to another file, or get a
/// neighbour, without a change.
fn checksum<'n>(draft: &'n Draft<'_>, needs: impl Iterator<Item = &'n str>) -> Checksum {
    let attached = draft.attachments.iter().map(|(statement, _)| *statement);
    let texts = std::iter::once(draft.statement)
        .chain(attached)
        .map(|statement| draft.file.slice(statement.part).trim());
    Checksum::of_parts(texts.chain(needs))
}

/// Each member with the place where it names the next one; the last one names the first.
fn circle(drafts: &[Draft<'_>], edges: &[Vec<Edge>], names: &[&str], cycle: &Cycle) -> Diagnostic {
    let next = |index: usize| cycle.nodes[(index + 1) % cycle.nodes.len()];
    let circle = cycle.nodes.iter().enumerate().filter_map(|(index, &node)| {
        let edge = edges[node].iter().find(|edge| edge.to == next(index))?;
        Some(drafts[node].file.place(edge.span.start))
    });
    let entangled = cycle.entangled.iter().map(|&node| &drafts[node]);
    let entangled = entangled.map(|draft| draft.file.place(draft.view.name.span.start));
    let places = circle.chain(entangled).collect();
    let first = names[cycle.nodes[0]];
    if cycle.nodes.len() == 1 {
        let problem = Diagnostic { message: format!("\"{first}\" reads itself"), places, helps: Vec::new() };
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
    Diagnostic { message, places, helps: Vec::new() }.help("move what both sides need into a view of its own")
}
