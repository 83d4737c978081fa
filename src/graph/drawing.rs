//! A graph with places: boxes, strokes and columns, in the units of the SVG.

use std::fmt::Write;

use super::ink::{fitted, width};
use super::layout::{Input, lay_out};
use super::{Graph, Strength};
use crate::words::escape::line;

/// Of the labels.
pub const SIZE: f64 = 13.0;

/// Of a box.
pub const HEIGHT: f64 = 30.0;

/// Left of the label in a box: the badge of its kind.
pub const BADGE: f64 = 30.0;

/// The widest label.
const WIDEST: f64 = 300.0;

/// Between the columns, for the strokes.
const BETWEEN: f64 = 88.0;

/// A graph with places.
pub struct Drawing {
    /// By node.
    pub boxes: Vec<Place>,
    /// By edge.
    pub strokes: Vec<Stroke>,
    /// From left to right.
    pub columns: Vec<Column>,
    pub width: f64,
    pub height: f64,
    /// Where the objects begin that neither stand on another one nor carry one.
    pub alone: Option<f64>,
}

/// Where a node is.
pub struct Place {
    pub left: f64,
    pub top: f64,
    pub width: f64,
    pub label: String,
}

/// How an edge runs.
pub struct Stroke {
    pub strength: Strength,
    /// The data of an SVG path.
    pub path: String,
}

/// A column.
pub struct Column {
    pub left: f64,
    pub width: f64,
    /// The tier, where all its nodes are of one.
    pub tier: Option<usize>,
}

impl Drawing {
    /// Finds a place for everything.
    pub fn of(graph: &Graph) -> Self {
        let mut tied = vec![false; graph.nodes.len()];
        for edge in &graph.edges {
            tied[edge.user] = true;
            tied[edge.needed] = true;
        }
        // Those without edges are left out of the layout, and stand below it in rows.
        let within: Vec<usize> = (0..tied.len()).filter(|&node| tied[node]).collect();
        let mut number = vec![0; tied.len()];
        within.iter().enumerate().for_each(|(new, &old)| number[old] = new);
        let heights = vec![HEIGHT; within.len()];
        let edges: Vec<(usize, usize)> =
            graph.edges.iter().map(|edge| (number[edge.needed], number[edge.user])).collect();
        let layout = lay_out(&Input { heights: &heights, edges: &edges });

        let labels: Vec<String> =
            graph.nodes.iter().map(|node| fitted(&line(&graph.label(node)), SIZE, WIDEST)).collect();
        let state = if graph.checked { 18.0 } else { 0.0 };
        let wide = |node: usize| BADGE + width(&labels[node], SIZE) + 14.0 + state;
        let number_of = layout.columns.iter().max().map_or(0, |last| last + 1);
        let mut columns: Vec<Column> =
            (0..number_of).map(|_| Column { left: 0.0, width: 0.0, tier: None }).collect();
        for (new, &old) in within.iter().enumerate() {
            let column = &mut columns[layout.columns[new]];
            column.width = column.width.max(wide(old));
        }
        let mut left = 0.0;
        for (place, column) in columns.iter_mut().enumerate() {
            column.left = left;
            left += column.width + BETWEEN;
            let mut tiers = within
                .iter()
                .enumerate()
                .filter(|(new, _)| layout.columns[*new] == place)
                .map(|(_, &old)| graph.nodes[old].tier);
            let first = tiers.next();
            column.tier = first.filter(|first| tiers.all(|tier| tier == *first));
        }
        let across = (left - BETWEEN).max(0.0);
        let mut boxes: Vec<Place> =
            labels.into_iter().map(|label| Place { left: 0.0, top: 0.0, width: 0.0, label }).collect();
        for (new, &old) in within.iter().enumerate() {
            let column = &columns[layout.columns[new]];
            boxes[old].left = column.left;
            boxes[old].top = layout.middles[new] - HEIGHT / 2.0;
            boxes[old].width = column.width;
        }
        let strokes = graph.edges.iter().zip(&layout.passages).map(|(edge, passages)| {
            let (from, to) = (&boxes[edge.needed], &boxes[edge.user]);
            let past = passages.iter().map(|&(column, at)| {
                let Column { left, width, .. } = columns[column];
                (left, left + width, at)
            });
            Stroke { strength: edge.strength, path: path(from, to, past) }
        });
        let strokes = strokes.collect();
        let alone: Vec<usize> = (0..tied.len()).filter(|&node| !tied[node]).collect();
        let widths: Vec<f64> =
            alone.iter().map(|&node| BADGE + width(&boxes[node].label, SIZE) + 14.0 + state).collect();
        let from = if layout.height > 0.0 { layout.height + 64.0 } else { 0.0 };
        let (width, height) = rows(&alone, &widths, across.max(900.0), from, &mut boxes);
        Drawing {
            boxes,
            strokes,
            columns,
            width: across.max(width),
            height: if alone.is_empty() { layout.height } else { height },
            alone: (!alone.is_empty()).then_some(from),
        }
    }
}

/// Puts boxes into rows of equal columns; says how far they reach.
fn rows(nodes: &[usize], widths: &[f64], room: f64, from: f64, boxes: &mut [Place]) -> (f64, f64) {
    let widest = widths.iter().copied().fold(0.0, f64::max);
    let mut many = 1;
    while f64::from(many + 1) * (widest + 16.0) - 16.0 <= room {
        many += 1;
    }
    let (mut left, mut top, mut filled, mut right) = (0.0, from, 0, 0.0_f64);
    for &node in nodes {
        if filled == many {
            (left, filled) = (0.0, 0);
            top += HEIGHT + 10.0;
        }
        boxes[node].left = left;
        boxes[node].top = top;
        boxes[node].width = widest;
        right = right.max(left + widest);
        left += widest + 16.0;
        filled += 1;
    }
    (right, top + HEIGHT)
}

/// A curve from the right end of a box to the left end of another one, level where it goes past a column.
fn path(from: &Place, to: &Place, past: impl Iterator<Item = (f64, f64, f64)>) -> String {
    let (mut x, mut y) = (from.left + from.width, from.top + HEIGHT / 2.0);
    let mut path = format!("M{x:.1} {y:.1}");
    let mut curve = |x: &mut f64, y: &mut f64, to_x: f64, to_y: f64| {
        let middle = (*x + to_x) / 2.0;
        let _ = write!(path, "C{middle:.1} {:.1} {middle:.1} {to_y:.1} {to_x:.1} {to_y:.1}", *y);
        (*x, *y) = (to_x, to_y);
    };
    for (left, right, at) in past {
        curve(&mut x, &mut y, left, at);
        curve(&mut x, &mut y, right, at);
    }
    curve(&mut x, &mut y, to.left - 3.0, to.top + HEIGHT / 2.0);
    path
}
