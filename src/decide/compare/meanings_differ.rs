//! Another meaning: what a text would come to use in schemas that the session searches and the project does not.

use crate::read::path::{Meaning, UsedElsewhere};

/// What each object would use if the other schemas were searched after the project's, by kind and name; only those that would
/// mean something else. What an untrusted role put there is nobody's meaning.
pub fn other_meanings<'m>(ours: &[Meaning], theirs: &'m [Meaning]) -> Vec<(&'m Meaning, &'m UsedElsewhere)> {
    let mut found = Vec::new();
    for their in theirs {
        // Overloads have one name; none of them uses what none of them used before.
        let same = ours.iter().filter(|our| our.kind == their.kind && our.name == their.name);
        let before: Vec<&UsedElsewhere> = same.clone().flat_map(|our| &our.uses).collect();
        let more: Vec<&UsedElsewhere> = their.uses.iter().filter(|used| !before.contains(used)).collect();
        let meant = match more.is_empty() {
            // It uses at one place more what it used already.
            true if same.clone().all(|our| our.text != their.text) => {
                their.uses.iter().find(|used| used.trusted)
            }
            true => None,
            false => more.into_iter().find(|used| used.trusted),
        };
        found.extend(meant.map(|used| (their, used)));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meaning(text: &str, uses: &[(&str, bool)]) -> Meaning {
        let uses = uses.iter().map(|(what, trusted)| UsedElsewhere {
            schema: "x".to_owned(),
            what: (*what).to_owned(),
            trusted: *trusted,
        });
        Meaning {
            kind: "relation".to_owned(),
            name: "v".to_owned(),
            text: text.to_owned(),
            uses: uses.collect(),
        }
    }

    fn check(ours: &Meaning, theirs: &Meaning, found: Option<&str>) {
        let (ours, theirs) = ([ours.clone()], [theirs.clone()]);
        let other = other_meanings(&ours, &theirs);
        assert_eq!(other.first().map(|(_, used)| used.what.as_str()), found, "{theirs:?}");
    }

    #[test]
    fn only_what_trusted_roles_made_is_another_meaning() {
        let plain = meaning("a = b", &[]);
        check(&plain, &plain, None);
        check(&plain, &meaning("a x.= b", &[("=", true)]), Some("="));
        check(&plain, &meaning("a x.= b", &[("=", false)]), None);
        check(&plain, &meaning("a x.= b", &[("=", false), ("~", true)]), Some("~"));
    }

    #[test]
    fn what_was_used_before_is_another_meaning_only_where_the_text_changes() {
        let once = meaning("a x.= b and c = d", &[("=", true)]);
        check(&once, &once, None);
        check(&once, &meaning("a x.= b and c x.= d", &[("=", true)]), Some("="));
    }
}
