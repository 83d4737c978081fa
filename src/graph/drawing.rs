//! A graph with places: boxes, strokes and columns, in the units of the SVG.

use std::fmt::Write;

use super::ink::{fitted, width};
use super::layout::{Input, Layout, lay_out};
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
        let (tied, alone) = tied_and_alone(graph);
        let layout = laid_out(graph, &tied);
        let labels: Vec<String> =
            graph.nodes.iter().map(|node| fitted(&line(&graph.label(node)), SIZE, WIDEST)).collect();
        let state = if graph.checked { 18.0 } else { 0.0 };
        let wide = |node: usize| BADGE + width(&labels[node], SIZE) + 14.0 + state;
        let columns = columns(graph, &tied, &layout, wide);
        let across = columns.last().map_or(0.0, |last| last.left + last.width);
        let widths: Vec<f64> = alone.iter().map(|&node| wide(node)).collect();
        let mut boxes: Vec<Place> =
            labels.into_iter().map(|label| Place { left: 0.0, top: 0.0, width: 0.0, label }).collect();
        for (new, &old) in tied.iter().enumerate() {
            let column = &columns[layout.columns[new]];
            boxes[old].left = column.left;
            boxes[old].top = layout.middles[new] - HEIGHT / 2.0;
            boxes[old].width = column.width;
        }
        let strokes = strokes(graph, &layout, &columns, &boxes);
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

/// Those without edges are left out of the layout, and stand below it in rows.
fn tied_and_alone(graph: &Graph) -> (Vec<usize>, Vec<usize>) {
    let mut tied = vec![false; graph.nodes.len()];
    for edge in &graph.edges {
        tied[edge.user] = true;
        tied[edge.needed] = true;
    }
    (0..tied.len()).partition(|&node| tied[node])
}

/// The layout of these nodes.
fn laid_out(graph: &Graph, nodes: &[usize]) -> Layout {
    let mut number = vec![0; graph.nodes.len()];
    nodes.iter().enumerate().for_each(|(new, &old)| number[old] = new);
    let heights = vec![HEIGHT; nodes.len()];
    let edges: Vec<(usize, usize)> =
        graph.edges.iter().map(|edge| (number[edge.needed], number[edge.user])).collect();
    lay_out(&Input { heights: &heights, edges: &edges })
}

/// The columns from left to right, each as wide as its widest node.
fn columns(graph: &Graph, nodes: &[usize], layout: &Layout, wide: impl Fn(usize) -> f64) -> Vec<Column> {
    let mut left = 0.0;
    let many = layout.columns.iter().max().map_or(0, |last| last + 1);
    let columns = (0..many).map(|place| {
        let within = || nodes.iter().zip(&layout.columns).filter(|(_, column)| **column == place);
        let width = within().map(|(&node, _)| wide(node)).fold(0.0, f64::max);
        let mut tiers = within().map(|(&node, _)| graph.nodes[node].tier);
        let first = tiers.next();
        let tier = first.filter(|first| tiers.all(|tier| tier == *first));
        let column = Column { left, width, tier };
        left += width + BETWEEN;
        column
    });
    columns.collect()
}

/// The edges as they pass between the boxes.
fn strokes(graph: &Graph, layout: &Layout, columns: &[Column], boxes: &[Place]) -> Vec<Stroke> {
    let strokes = graph.edges.iter().zip(&layout.passages).map(|(edge, passages)| {
        let (from, to) = (&boxes[edge.needed], &boxes[edge.user]);
        let past = passages.iter().map(|&(column, at)| {
            let Column { left, width, .. } = columns[column];
            (left, left + width, at)
        });
        Stroke { strength: edge.strength, path: path(from, to, past) }
    });
    strokes.collect()
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
