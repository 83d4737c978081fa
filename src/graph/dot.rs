//! The graph in the language of Graphviz.

use std::fmt::Write;

use super::{Graph, Node, NodeState, Strength};
use crate::words::escape;

impl Graph {
    /// The graph in the language of Graphviz, for `dot -Tsvg`: from what is needed to what needs it.
    pub fn dot(&self) -> String {
        let mut dot = format!(
            "digraph {} {{\n  rankdir=LR;\n  node [fontname=\"Helvetica,sans-serif\", fontsize=11, style=filled, fillcolor=white];\n",
            escape::dot(&self.project)
        );
        for node in &self.nodes {
            let (shape, more) = shape(node);
            let _ = writeln!(
                dot,
                "  {} [label={}, shape={shape}{more}{}, tooltip={}];",
                escape::dot(&node.object.to_string()),
                shown(&self.label(node)),
                color(node),
                shown(&format!("{} {}", node.kind, node.object))
            );
        }
        for edge in &self.edges {
            let style = if edge.strength == Strength::Mentions { " [style=dashed]" } else { "" };
            let (user, needed) = (&self.nodes[edge.user].object, &self.nodes[edge.needed].object);
            let _ = writeln!(
                dot,
                "  {} -> {}{style};",
                escape::dot(&needed.to_string()),
                escape::dot(&user.to_string())
            );
        }
        dot.push_str("}\n");
        dot
    }
}

/// The kinds by shape, so that they can be told on paper too.
fn shape(node: &Node) -> (&'static str, &'static str) {
    match node.kind.as_str() {
        "view" => ("box", ", style=\"filled,rounded\""),
        "materialized view" => ("box3d", ""),
        "function" | "procedure" => ("ellipse", ""),
        "aggregate" => ("doublecircle", ""),
        "trigger" => ("hexagon", ""),
        _ => ("cylinder", ""),
    }
}

/// What differs is marked.
fn color(node: &Node) -> &'static str {
    match node.state {
        None | Some(NodeState::InSync) => "",
        Some(NodeState::Missing) => ", color=\"#c0392b\", penwidth=2",
        Some(NodeState::Outdated) => ", color=\"#b9770e\", penwidth=2",
        Some(NodeState::Altered) => ", color=\"#8e44ad\", penwidth=2",
        Some(NodeState::Extra | NodeState::NotComparable) => ", color=\"#7f8c8d\", penwidth=2",
    }
}

/// A text that is drawn: there Graphviz knows the entities of HTML.
fn shown(text: &str) -> String {
    escape::dot(&text.replace('&', "&amp;"))
}
