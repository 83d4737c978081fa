//! What a picture is drawn with: kinds, and widths of texts.

/// Of small texts, such as those of the legend.
pub const SIGN_SIZE: f64 = 12.0;

/// A kind of node as it is drawn.
pub struct Look {
    /// As the node says it.
    pub kind: &'static str,
    /// Its class in the style sheet.
    pub class: &'static str,
    /// In its badge.
    pub sign: &'static str,
    pub shape: Shape,
}

/// The outlines, so that colours are not all that tells kinds apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A rectangle with round corners.
    Card,
    /// Two of them, one behind the other: rows are kept.
    Cards,
    /// Round ends.
    Pill,
    /// Pointed ends.
    Hexagon,
    /// A rectangle.
    Box,
}

/// From the bottom of a database upwards.
pub const LOOKS: [Look; 7] = [
    Look { kind: "table", class: "table", sign: "T", shape: Shape::Box },
    Look { kind: "view", class: "view", sign: "V", shape: Shape::Card },
    Look { kind: "materialized view", class: "materialized", sign: "M", shape: Shape::Cards },
    Look { kind: "function", class: "function", sign: "ƒ", shape: Shape::Pill },
    Look { kind: "procedure", class: "procedure", sign: "P", shape: Shape::Pill },
    Look { kind: "aggregate", class: "aggregate", sign: "Σ", shape: Shape::Pill },
    Look { kind: "trigger", class: "trigger", sign: "⚡", shape: Shape::Hexagon },
];

/// How a kind is drawn; what is not the project's is drawn as a table.
pub fn look(kind: &str) -> &'static Look {
    LOOKS.iter().find(|look| look.kind == kind).unwrap_or(&LOOKS[0])
}

/// About how wide a text is in a usual sans-serif font of this size, rather too wide than too narrow.
pub fn width(text: &str, size: f64) -> f64 {
    let em: f64 = text
        .chars()
        .map(|c| match c {
            'i' | 'j' | 'l' | '.' | ',' | '\'' | '|' | '!' | ':' | ';' => 0.29,
            'f' | 'r' | 't' | 'I' | '(' | ')' | '[' | ']' | ' ' | '"' => 0.38,
            'm' | 'w' | 'M' | 'W' | '@' | '%' => 0.88,
            c if c.is_uppercase() => 0.70,
            c if c.is_ascii() => 0.58,
            c if u32::from(c) >= 0x1100 => 1.05,
            _ => 0.66,
        })
        .sum();
    em * size
}

/// The text, or its beginning and its end where it is wider.
pub fn fitted(text: &str, size: f64, room: f64) -> String {
    if width(text, size) <= room {
        return text.to_owned();
    }
    let chars: Vec<char> = text.chars().collect();
    for kept in (1..chars.len()).rev() {
        let tail = kept / 3;
        let short: String =
            chars[..kept - tail].iter().chain(&['…']).chain(&chars[chars.len() - tail..]).collect();
        if width(&short, size) <= room {
            return short;
        }
    }
    "…".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_name_keeps_its_ends() {
        let short = fitted("gene_annotation_sources_with_a_very_long_name_indeed", 13.0, 180.0);
        assert!(
            short.starts_with("gene_anno") && short.contains('…') && short.ends_with("indeed"),
            "{short}"
        );
        assert!(width(&short, 13.0) <= 180.0);
        assert_eq!(fitted("gene", 13.0, 180.0), "gene");
    }
}
