//! The graph in the language of Mermaid, which Markdown on the usual forges draws.

use std::fmt::Write;

use super::{Graph, Node, NodeState, Strength};
use crate::words::escape;

impl Graph {
    /// The graph in the language of Mermaid: from what is needed to what needs it. Nodes are called by their numbers,
    /// because Mermaid takes some words for its own; their labels are quoted.
    pub fn mermaid(&self) -> String {
        let mut mermaid = "flowchart LR\n".to_owned();
        for (place, node) in self.nodes.iter().enumerate() {
            let (open, close) = shape(node);
            let class = match node.state {
                None | Some(NodeState::InSync) => "",
                Some(NodeState::Missing) => ":::missing",
                Some(NodeState::Outdated) => ":::outdated",
                Some(NodeState::Altered) => ":::altered",
                Some(NodeState::Extra | NodeState::NotComparable) => ":::unknown",
            };
            let _ =
                writeln!(mermaid, "  n{place}{open}\"{}\"{close}{class}", escape::mermaid(&self.label(node)));
        }
        for edge in &self.edges {
            let arrow = if edge.strength == Strength::Mentions { "-.->" } else { "-->" };
            let _ = writeln!(mermaid, "  n{} {arrow} n{}", edge.needed, edge.user);
        }
        if self.checked {
            for (class, color) in [
                ("missing", "#c0392b"),
                ("outdated", "#b9770e"),
                ("altered", "#8e44ad"),
                ("unknown", "#7f8c8d"),
            ] {
                let _ = writeln!(mermaid, "  classDef {class} stroke:{color},stroke-width:3px");
            }
        }
        mermaid
    }
}

/// The kinds by shape.
fn shape(node: &Node) -> (&'static str, &'static str) {
    match node.kind.as_str() {
        "view" => ("(", ")"),
        "materialized view" => ("[[", "]]"),
        "function" | "procedure" => ("([", "])"),
        "aggregate" => ("((", "))"),
        "trigger" => ("{{", "}}"),
        _ => ("[(", ")]"),
    }
}
