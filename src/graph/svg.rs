//! The graph as an SVG: a picture that stands by itself, and the part of it that the page shows.

use std::fmt::Write;

use super::drawing::{BADGE, Drawing, HEIGHT, Place};
use super::ink::{LOOKS, Look, SIGN_SIZE, Shape, look, width};
use super::{Graph, Node, NodeState, Strength};
use crate::words::amount::count;
use crate::words::escape::xml;

/// Colours and strokes, for light and dark.
pub const STYLE: &str = include_str!("ink.css");

/// Edges beyond this number are drawn lightly.
const MANY: usize = 400;

/// Around everything.
const MARGIN: f64 = 32.0;

/// The title and the legend.
const HEAD: f64 = 146.0;

impl Graph {
    /// The graph as an SVG that stands by itself, for light and for dark surroundings.
    pub fn svg(&self) -> String {
        let drawing = Drawing::of(self);
        let legend = legend(self);
        let wide = drawing.width.max(legend.1) + 2.0 * MARGIN;
        let high = drawing.height + HEAD + 2.0 * MARGIN;
        let title = format!("Dependencies of {}", self.project);
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"viewkeeper\" role=\"img\" aria-labelledby=\"title\" \
             width=\"{wide:.0}\" height=\"{high:.0}\" viewBox=\"0 0 {wide:.0} {high:.0}\">\n\
             <title id=\"title\">{}</title>\n<style>\n{STYLE}</style>\n\
             <rect class=\"paper\" width=\"100%\" height=\"100%\"/>\n\
             <g transform=\"translate({MARGIN} {MARGIN})\">\n<text class=\"title\" y=\"16\">{}</text>\n\
             <text class=\"small\" y=\"38\">{}, {}; what is needed stands left of what needs it</text>\n\
             <g transform=\"translate(0 54)\">{}</g>\n</g>\n<g transform=\"translate({MARGIN} {})\">\n",
            xml(&title),
            xml(&self.project),
            count(self.nodes.iter().filter(|node| node.tier > 0).count(), "object"),
            count(self.edges.len(), "edge"),
            legend.0,
            MARGIN + HEAD
        );
        svg.push_str(&scene(self, &drawing));
        svg.push_str("</g>\n</svg>\n");
        svg
    }
}

/// Columns, edges and nodes; each edge and node with its number.
pub fn scene(graph: &Graph, drawing: &Drawing) -> String {
    let mut svg = "<g class=\"columns\" aria-hidden=\"true\">\n".to_owned();
    let foot = drawing.alone.map_or(drawing.height, |alone| alone - 52.0);
    for column in &drawing.columns {
        let name = match column.tier {
            Some(0) => "below the project".to_owned(),
            Some(tier) => format!("tier {tier}"),
            None => continue,
        };
        let _ = writeln!(
            svg,
            "<rect class=\"band\" x=\"{:.1}\" y=\"-30\" width=\"{:.1}\" height=\"{:.1}\" rx=\"10\"/>\
             <text class=\"tier\" x=\"{:.1}\" y=\"-12\">{name}</text>",
            column.left - 10.0,
            column.width + 20.0,
            foot + 40.0,
            column.left
        );
    }
    if let Some(alone) = drawing.alone.filter(|&alone| alone > 0.0) {
        let _ = writeln!(svg, "<text class=\"tier\" y=\"{:.1}\">stand alone</text>", alone - 14.0);
    }
    svg.push_str("</g>\n");
    // So many strokes side by side would be one dark field.
    let many = if drawing.strokes.len() > MANY { " many" } else { "" };
    let _ = writeln!(svg, "<g class=\"edges{many}\" aria-hidden=\"true\">");
    for (number, stroke) in drawing.strokes.iter().enumerate() {
        let class = if stroke.strength == Strength::Mentions { "edge mentions" } else { "edge" };
        let _ = writeln!(svg, "<path id=\"e{number}\" class=\"{class}\" d=\"{}\"/>", stroke.path);
    }
    svg.push_str("</g>\n<g class=\"nodes\">\n");
    for (number, (node, place)) in graph.nodes.iter().zip(&drawing.boxes).enumerate() {
        svg.push_str(&drawn(number, node, place));
    }
    svg.push_str("</g>\n");
    svg
}

fn drawn(number: usize, node: &Node, place: &Place) -> String {
    let Look { class, sign, shape, .. } = look(&node.kind);
    let (state, words) = match node.state {
        Some(state) => (class_of(state), format!(": {}", state.words())),
        None => ("", String::new()),
    };
    let mut svg = format!(
        "<g id=\"n{number}\" class=\"node {class} {state}\" transform=\"translate({:.1} {:.1})\">\
         <title>{}</title>{}<text class=\"sign\" x=\"16\" y=\"19.5\">{sign}</text>{}",
        place.left,
        place.top,
        xml(&format!("{} {}{words}", node.kind, node.object)),
        outline(*shape, place.width),
        label(&place.label)
    );
    if node.state.is_some() {
        let _ = write!(
            svg,
            "<circle class=\"state {state}\" cx=\"{:.1}\" cy=\"{:.1}\" r=\"5\"/>",
            place.width - 14.0,
            HEIGHT / 2.0
        );
    }
    svg.push_str("</g>\n");
    svg
}

/// The name, with its arguments or its table less loud.
fn label(label: &str) -> String {
    let quiet = label.find('(').or_else(|| label.find(" on ")).unwrap_or(label.len());
    let (loud, quiet) = label.split_at(quiet);
    let quiet = match quiet {
        "" => String::new(),
        quiet => format!("<tspan class=\"kin\">{}</tspan>", xml(quiet)),
    };
    format!(
        "<text class=\"label\" x=\"{BADGE}\" y=\"19.5\" xml:space=\"preserve\">{}{quiet}</text>",
        xml(loud)
    )
}

fn outline(shape: Shape, wide: f64) -> String {
    let rect = |class: &str, x: f64, y: f64, round: f64| {
        format!(
            "<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{wide:.1}\" height=\"{HEIGHT}\" rx=\"{round}\"/>"
        )
    };
    match shape {
        Shape::Card => rect("shape", 0.0, 0.0, 8.0) + &stripe(8.0),
        Shape::Cards => rect("shape", 3.0, -3.0, 8.0) + &rect("shape", 0.0, 0.0, 8.0) + &stripe(8.0),
        Shape::Pill => rect("shape", 0.0, 0.0, HEIGHT / 2.0),
        Shape::Box => rect("shape", 0.0, 0.0, 0.0) + &stripe(0.0),
        Shape::Hexagon => {
            let (half, end) = (HEIGHT / 2.0, wide - 9.0);
            format!(
                "<path class=\"shape\" d=\"M9 0H{end:.1}L{wide:.1} {half}L{end:.1} {HEIGHT}H9L0 {half}Z\"/>"
            )
        }
    }
}

/// Behind the sign.
fn stripe(round: f64) -> String {
    format!(
        "<path class=\"stripe\" d=\"M24 0V{HEIGHT}H{round}A{round} {round} 0 0 1 0 {}V{round}A{round} {round} 0 0 1 {round} 0Z\"/>",
        HEIGHT - round
    )
}

/// The class of a state in the style sheet.
pub fn class_of(state: NodeState) -> &'static str {
    match state {
        NodeState::InSync => "in-sync",
        NodeState::Missing => "missing",
        NodeState::Outdated => "outdated",
        NodeState::Altered => "altered",
        NodeState::Extra => "extra",
        NodeState::NotComparable => "not-comparable",
    }
}

/// What the shapes, strokes and dots mean, of those that are there; and how wide that is.
fn legend(graph: &Graph) -> (String, f64) {
    let mut svg = String::new();
    let mut left = 0.0;
    let kinds =
        LOOKS.iter().filter(|entry| graph.nodes.iter().any(|node| look(&node.kind).kind == entry.kind));
    for Look { kind, class, sign, shape } in kinds {
        let wide = BADGE + width(kind, 13.0) + 16.0;
        let _ = write!(
            svg,
            "<g class=\"node {class}\" transform=\"translate({left:.1} 0)\">{}\
             <text class=\"sign\" x=\"16\" y=\"19.5\">{sign}</text><text class=\"label\" x=\"{BADGE}\" y=\"19.5\">{kind}</text></g>",
            outline(*shape, wide)
        );
        left += wide + 14.0;
    }
    for (strength, class, words) in
        [(Strength::Needs, "edge", "needs"), (Strength::Mentions, "edge mentions", "names in a body")]
    {
        if graph.edges.iter().any(|edge| edge.strength == strength) {
            let _ = write!(
                svg,
                "<path class=\"{class}\" d=\"M{left:.1} 15h34\"/><text class=\"small\" x=\"{:.1}\" y=\"19\">{words}</text>",
                left + 42.0
            );
            left += 42.0 + width(words, SIGN_SIZE) + 18.0;
        }
    }
    for state in NodeState::ALL {
        if graph.nodes.iter().any(|node| node.state == Some(state)) {
            let words = state.words();
            let _ = write!(
                svg,
                "<circle class=\"state {}\" cx=\"{:.1}\" cy=\"15\" r=\"5\"/><text class=\"small\" x=\"{:.1}\" y=\"19\">{words}</text>",
                class_of(state),
                left + 5.0,
                left + 16.0
            );
            left += 16.0 + width(words, SIGN_SIZE) + 18.0;
        }
    }
    (svg, left)
}
