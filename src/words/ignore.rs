//! Which differences nobody wants to hear of.

use super::item_id::ItemId;

/// Patterns of items: `*` stands for any characters, `?` for one. A pattern is of an identity (`public.audit_*`) or of a
/// kind and an identity (`index:*`, `grant:*`, `column:app.*.updated_at`), as they are displayed; what is part of an
/// ignored item is ignored with it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ignore {
    patterns: Vec<String>,
}

impl Ignore {
    /// These patterns.
    pub fn new<P: Into<String>>(patterns: impl IntoIterator<Item = P>) -> Self {
        Ignore { patterns: patterns.into_iter().map(Into::into).collect() }
    }

    /// The patterns.
    pub fn patterns(&self) -> &[String] {
        &self.patterns
    }

    /// The places of the patterns that an item fits.
    pub(crate) fn fitting(&self, id: &ItemId) -> impl Iterator<Item = usize> {
        let identity = id.identity();
        let whole = format!("{}:{identity}", id.kind);
        self.patterns.iter().enumerate().filter_map(move |(place, pattern)| {
            (fits(pattern.as_bytes(), identity.as_bytes()) || fits(pattern.as_bytes(), whole.as_bytes()))
                .then_some(place)
        })
    }
}

/// Whether a text fits a pattern. At a mismatch the last `*` takes one character more.
fn fits(pattern: &[u8], text: &[u8]) -> bool {
    let (mut p, mut t, mut back) = (0, 0, None);
    while t < text.len() {
        match pattern.get(p) {
            Some(b'*') => {
                back = Some((p, t));
                p += 1;
            }
            Some(&c) if c == b'?' || c == text[t] => {
                p += 1;
                t += 1;
            }
            _ => {
                let Some((star, taken)) = back else { return false };
                back = Some((star, taken + 1));
                p = star + 1;
                t = taken + 1;
            }
        }
    }
    pattern[p..].iter().all(|&c| c == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_of_an_identity_or_of_a_kind_and_one() {
        let cases = [
            ("table public.audit_log", "public.audit_*", true),
            ("table public.audit_log", "table:public.audit_*", true),
            ("table public.audit_log", "index:*", false),
            ("index public.x", "index:*", true),
            ("table public.audit", "public.audit_*", false),
            ("column app.genes.made", "column:app.*.made", true),
            ("column app.genes.remade", "column:app.*.made", false),
            ("table app.abab", "app.*ab", true),
            ("table app.a1", "app.a?", true),
            ("table app.a", "app.a?", false),
            ("grant on table app.genes to public", "grant:*to public", true),
        ];
        for (id, pattern, expected) in cases {
            let id: ItemId = id.parse().unwrap();
            assert_eq!(Ignore::new([pattern]).fitting(&id).count() == 1, expected, "{pattern} {id}");
        }
    }
}
