//! The graph as one self-contained page: the picture, the graph as JSON, and a script that lets people find their way.

use std::fmt::Write;

use serde_json::json;

use super::drawing::Drawing;
use super::ink::{LOOKS, look};
use super::svg::{STYLE, class_of, scene};
use super::{Graph, NodeState, Strength};
use crate::words::amount::count;
use crate::words::escape::{self, Lines, line, xml};

impl Graph {
    /// The graph as one page that needs no network: search, zoom, what stands on what, definitions, and the states where a
    /// database was asked.
    pub fn html(&self) -> String {
        let drawing = Drawing::of(self);
        let objects = self.nodes.iter().filter(|node| node.tier > 0).count();
        let summary = format!("{} · {}", count(objects, "object"), count(self.edges.len(), "edge"));
        // The policy forbids every request, whatever a definition may say.
        FRAME
            .replace("{{style}}", &format!("{STYLE}{}", include_str!("page.css")))
            .replace("{{script}}", &SCRIPT.concat())
            .replace("{{title}}", &xml(&self.project))
            .replace("{{summary}}", &xml(&summary))
            .replace("{{filters}}", &filters(self))
            // The last two hold names and definitions, in which nothing is replaced any more.
            .replace(
                "{{scene}}{{graph}}",
                &format!("{}{AFTER_SCENE}{}", scene(self, &drawing), data(self, &drawing)),
            )
    }
}

const FRAME: &str = include_str!("page.html");

/// The parts of the script, in one scope. It knows the graph from the element `graph` only, and puts every text of it on the
/// page as text.
const SCRIPT: [&str; 6] = [
    include_str!("setup.js"),
    include_str!("view.js"),
    include_str!("panel.js"),
    include_str!("search.js"),
    include_str!("map.js"),
    include_str!("hands.js"),
];

/// Between the picture and the data.
const AFTER_SCENE: &str = "</g></svg>\n<script type=\"application/json\" id=\"graph\">";

/// A button for each kind and each state that is there.
fn filters(graph: &Graph) -> String {
    let mut html = String::new();
    let mut button = |what: &str, class: &str, words: &str, sign: &str, number: usize| {
        let _ = write!(
            html,
            "<button type=\"button\" class=\"chip {what} {class}\" data-{what}=\"{class}\" aria-pressed=\"true\">\
             <i>{sign}</i>{words} <b>{number}</b></button>"
        );
    };
    for entry in &LOOKS {
        let number = graph.nodes.iter().filter(|node| look(&node.kind).class == entry.class).count();
        if number > 0 {
            button("kind", entry.class, entry.kind, entry.sign, number);
        }
    }
    for state in NodeState::ALL {
        let number = graph.nodes.iter().filter(|node| node.state == Some(state)).count();
        if number > 0 {
            button("state", class_of(state), state.words(), "", number);
        }
    }
    html
}

/// The graph for the script. A `<` is written by its number: no text in it ends the element or begins a comment.
fn data(graph: &Graph, drawing: &Drawing) -> String {
    let nodes = graph.nodes.iter().zip(&drawing.boxes).map(|(node, place)| {
        json!({
            "object": line(&node.object.to_string()),
            "label": line(&graph.label(node)),
            "kind": node.kind,
            "class": look(&node.kind).class,
            "tier": node.tier,
            "file": node.file.as_ref().zip(node.line).map(|(file, number)| format!("{}:{number}", line(file))),
            "definition": node.definition.as_ref().map(|text| Lines(text).to_string()),
            "state": node.state.map(class_of),
            "words": node.state.map(NodeState::words),
            "reason": node.reason.as_deref().map(line),
            "box": [place.left.round(), place.top.round(), place.width.round()],
        })
    });
    let edges =
        graph.edges.iter().map(|edge| json!([edge.user, edge.needed, edge.strength == Strength::Mentions]));
    let json = json!({
        "nodes": nodes.collect::<Vec<_>>(),
        "edges": edges.collect::<Vec<_>>(),
        "size": [drawing.width.round(), drawing.height.round()],
    });
    escape::json(&json.to_string()).replace('<', "\\u003c")
}
