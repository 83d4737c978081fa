//! The graph as text, tier by tier.

use std::collections::BTreeMap;
use std::fmt;

use super::{Edge, Graph, NodeState, Strength};
use crate::words::amount::count;
use crate::words::escape::{row, said};

/// A graph with more objects than this is listed with the first needs of each only.
const MANY: usize = 60;

/// How many these are.
const FIRST: usize = 4;

impl fmt::Display for Graph {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut tiers: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (place, node) in self.nodes.iter().enumerate() {
            tiers.entry(node.tier).or_default().push(place);
        }
        let own = tiers.keys().filter(|&&tier| tier > 0).count();
        let objects = self.nodes.iter().filter(|node| node.tier > 0).count();
        said!(
            f,
            "{}: {} in {}, {}",
            self.project,
            count(objects, "object"),
            count(own, "tier"),
            count(self.edges.len(), "edge")
        )?;
        let wide = self.nodes.iter().map(|node| node.kind.len()).max().unwrap_or_default();
        for (tier, mut places) in tiers {
            match tier {
                0 => row!(f, "").and_then(|()| row!(f, "below the project: {}", places.len()))?,
                tier => {
                    row!(f, "").and_then(|()| row!(f, "tier {tier}: {}", count(places.len(), "object")))?
                }
            }
            places.sort_by_key(|&place| &self.nodes[place].object);
            for place in places {
                let node = &self.nodes[place];
                row!(f, "  {:<wide$}  {}", node.kind, node.object)?;
                if let Some(state) = node.state.filter(|&state| state != NodeState::InSync) {
                    let reason = node.reason.as_ref().map_or(String::new(), |reason| format!(": {reason}"));
                    said!(f, "  [{}{reason}]", state.words())?;
                }
                self.write_below(f, place)?;
            }
        }
        Ok(())
    }
}

impl Graph {
    /// What an object stands on, in the line under it.
    fn write_below(&self, f: &mut fmt::Formatter<'_>, place: usize) -> fmt::Result {
        let mut parts = Vec::new();
        for (strength, word) in [(Strength::Needs, "needs"), (Strength::Mentions, "mentions")] {
            let edges: Vec<&Edge> = self.below(place).filter(|edge| edge.strength == strength).collect();
            let shown = if self.nodes.len() > MANY { FIRST } else { edges.len() };
            let names: Vec<String> =
                edges.iter().take(shown).map(|edge| self.label(&self.nodes[edge.needed])).collect();
            match edges.len().saturating_sub(shown) {
                _ if edges.is_empty() => {}
                0 => parts.push(format!("{word} {}", names.join(", "))),
                more => parts.push(format!("{word} {} and {more} more", names.join(", "))),
            }
        }
        if parts.is_empty() { Ok(()) } else { row!(f, "      {}", parts.join("; ")) }
    }
}
