//! Where the nodes of a graph are drawn: tiers are columns, and within them the layout library says the order and the
//! places. The only module that knows it.
//!
//! An edge that goes past a column gets a narrow place in it. All edges of one node share these, so that what many
//! stand on makes one stroke that branches, and not a hundred beside each other.

use std::collections::HashMap;

use rust_sugiyama::configure::{Config, CrossingMinimization, RankingType};
use rust_sugiyama::from_vertices_and_edges;

/// Between neighbours in a column.
const GAP: f64 = 10.0;

/// Of the place that an edge takes in a column which it goes past.
const PASSAGE: f64 = 4.0;

/// Swapping neighbours makes fewer crossings, and takes too long for more places than this.
const FEW: usize = 300;

/// A graph to be laid out.
pub struct Input<'i> {
    /// The height of each node.
    pub heights: &'i [f64],
    /// By edge: from what is needed to what needs it.
    pub edges: &'i [(usize, usize)],
}

/// Where everything is.
#[derive(Debug, Default, PartialEq)]
pub struct Layout {
    /// By node: its column.
    pub columns: Vec<usize>,
    /// By node: its middle, downwards from 0.
    pub middles: Vec<f64>,
    /// By edge: the columns that it goes past, and where.
    pub passages: Vec<Vec<(usize, f64)>>,
    /// The height of it all.
    pub height: f64,
}

/// Lays a graph out. The same graph gives the same places.
pub fn lay_out(input: &Input<'_>) -> Layout {
    let columns = columns(input);
    let mut places: Vec<f64> = input.heights.to_vec();
    let mut steps: Vec<(usize, usize)> = Vec::new();
    let mut passages: HashMap<(usize, usize), usize> = HashMap::new();
    let mut ways: Vec<Vec<usize>> = Vec::new();
    for &(needed, user) in input.edges {
        let mut at = needed;
        let mut way = Vec::new();
        for column in columns[needed] + 1..columns[user] {
            let next = *passages.entry((needed, column)).or_insert_with(|| {
                places.push(PASSAGE);
                steps.push((at, places.len() - 1));
                places.len() - 1
            });
            way.push(next);
            at = next;
        }
        steps.push((at, user));
        ways.push(way);
    }
    let (middles, height) = stack(&places, &steps);
    let passages = ways.iter().zip(input.edges).map(|(way, &(needed, _))| {
        way.iter().enumerate().map(|(step, &place)| (columns[needed] + 1 + step, middles[place])).collect()
    });
    Layout { passages: passages.collect(), middles: middles[..input.heights.len()].to_vec(), columns, height }
}

/// By node: one more than the last column of what it needs. These are the tiers, without those that are empty in a part of
/// a graph.
fn columns(input: &Input<'_>) -> Vec<usize> {
    let mut columns = vec![0; input.heights.len()];
    // Needs come before users, so once through is enough, by user.
    let mut edges = input.edges.to_vec();
    edges.sort_by_key(|&(_, user)| user);
    for (needed, user) in edges {
        columns[user] = columns[user].max(columns[needed] + 1);
    }
    columns
}

/// The middle of each place, and the height of all: the parts that hang together one below the other.
fn stack(places: &[f64], steps: &[(usize, usize)]) -> (Vec<f64>, f64) {
    // The library numbers with 32 bits; its layers go down, ours to the right.
    let number = |place: usize| u32::try_from(place).unwrap_or(u32::MAX);
    let vertices: Vec<(u32, (f64, f64))> =
        places.iter().enumerate().map(|(place, &height)| (number(place), (height, 1.0))).collect();
    let edges: Vec<(u32, u32)> = steps.iter().map(|&(from, to)| (number(from), number(to))).collect();
    let config = Config {
        minimum_length: 1,
        vertex_spacing: GAP,
        dummy_vertices: false,
        dummy_size: 1.0,
        ranking_type: RankingType::Up,
        c_minimization: CrossingMinimization::Barycenter,
        transpose: places.len() <= FEW,
    };
    let mut middles = vec![0.0; places.len()];
    let mut top = 0.0;
    let mut parts: Vec<Vec<(usize, f64)>> = from_vertices_and_edges(&vertices, &edges, &config)
        .into_iter()
        .map(|(part, _, _)| part.into_iter().map(|(place, (across, _))| (place, across)).collect())
        .collect();
    parts.sort_by_key(|part: &Vec<(usize, f64)>| {
        (std::cmp::Reverse(part.len()), part.iter().map(|(place, _)| *place).min())
    });
    for part in parts {
        let upper = part.iter().map(|&(place, at)| at - places[place] / 2.0).fold(f64::INFINITY, f64::min);
        let lower =
            part.iter().map(|&(place, at)| at + places[place] / 2.0).fold(f64::NEG_INFINITY, f64::max);
        for (place, at) in part {
            middles[place] = top + at - upper;
        }
        top += lower - upper + GAP;
    }
    (middles, (top - GAP).max(0.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_nodes_of_a_column_overlap_and_the_same_graph_gives_the_same_places() {
        let heights = vec![28.0; 40];
        let edges: Vec<(usize, usize)> =
            (1..40).flat_map(|user| [(user / 2, user), (user / 3, user)]).filter(|(a, b)| a < b).collect();
        let input = Input { heights: &heights, edges: &edges };
        let layout = lay_out(&input);
        for a in 0..40 {
            for b in 0..a {
                let apart = (layout.middles[a] - layout.middles[b]).abs() >= 28.0;
                assert!(apart || layout.columns[a] != layout.columns[b], "{a} and {b}: {layout:?}");
            }
        }
        assert_eq!(layout, lay_out(&input));
    }

    #[test]
    fn an_edge_gets_a_place_in_each_column_that_it_goes_past() {
        let heights = [28.0; 4];
        let layout = lay_out(&Input { heights: &heights, edges: &[(0, 1), (1, 2), (0, 3), (2, 3)] });
        assert_eq!(layout.columns, [0, 1, 2, 3]);
        let columns: Vec<usize> = layout.passages[2].iter().map(|(column, _)| *column).collect();
        assert_eq!(columns, [1, 2]);
        assert!(layout.passages[0].is_empty());
    }

    #[test]
    fn nothing_is_laid_out_as_nothing() {
        assert_eq!(lay_out(&Input { heights: &[], edges: &[] }), Layout::default());
    }
}
