//! What the grants and revokes of a text add up to, and where a live object differs from it.

pub mod change;
pub mod held;
pub mod right;

use std::collections::{BTreeMap, BTreeSet};

pub use self::change::{Change, Todo, by_role, granted_again};
use self::held::held;
use self::right::right_of;
pub use self::right::{Grantee, On, Right, expand, grantee};
use crate::read::attached::LiveGrant;

/// What a text says of a right: none where it says nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Stated {
    held: Option<bool>,
    option: Option<bool>,
}

/// What the grants and revokes of a text add up to. It is a minimum: a right of which it says nothing may be there.
#[derive(Clone, Debug, Default)]
pub struct Grants {
    stated: BTreeMap<Right, Stated>,
    /// Revoked on the whole object, which PostgreSQL takes for every column too.
    bare: BTreeSet<(Grantee, String)>,
}

impl Grants {
    pub fn grant(&mut self, right: Right, option: bool) {
        let stated = self.stated.entry(right).or_default();
        stated.held = Some(true);
        if option {
            stated.option = Some(true);
        }
    }

    /// `option`: only the grant option.
    pub fn revoke(&mut self, right: Right, option: bool) {
        let says = Stated { held: (!option).then_some(false), option: Some(false) };
        let merge = |stated: &mut Stated| {
            *stated = Stated { held: says.held.or(stated.held), option: says.option };
        };
        if right.column.is_none() {
            let of_column = |other: &Right| {
                other.column.is_some() && other.grantee == right.grantee && other.privilege == right.privilege
            };
            self.stated
                .iter_mut()
                .filter(|(other, _)| of_column(other))
                .for_each(|(_, stated)| merge(stated));
            if !option {
                self.bare.insert((right.grantee.clone(), right.privilege.clone()));
            }
        }
        merge(self.stated.entry(right).or_default());
    }

    /// The rights that somebody has who has just what the text grants.
    pub fn as_live(&self) -> Vec<LiveGrant> {
        let held = self.stated.iter().filter(|(_, stated)| stated.held == Some(true));
        held.map(|(right, stated)| LiveGrant {
            grantee: right.grantee.clone(),
            privilege: right.privilege.clone(),
            column: right.column.clone(),
            option: stated.option == Some(true),
            by_owner: true,
        })
        .collect()
    }

    /// What is to be done so that the live rights are as the text says. What somebody else than the owner granted cannot
    /// be revoked by the owner, and is left alone.
    pub fn changes(&self, live: &[LiveGrant]) -> Vec<Change> {
        let mut changes = Vec::new();
        for (right, stated) in &self.stated {
            let held = held(live, right);
            let todo = match (stated.held, stated.option) {
                (Some(true), Some(true)) if !held.option => Some(match held.held {
                    true => Todo::GrantWithOption,
                    false => Todo::Grant,
                }),
                (Some(true), _) if !held.held => Some(Todo::Grant),
                (Some(false), _) if held.by_owner => Some(Todo::Revoke),
                (Some(true) | None, Some(false)) if held.option_by_owner => Some(Todo::RevokeOption),
                _ => None,
            };
            changes.extend(todo.map(|todo| (todo, right.clone())));
        }
        for grant in live.iter().filter(|grant| grant.by_owner && grant.column.is_some()) {
            let right = right_of(grant);
            let bare = self.bare.contains(&(right.grantee.clone(), right.privilege.clone()));
            if bare && !self.stated.contains_key(&right) {
                changes.push((Todo::Revoke, right));
            }
        }
        changes.sort();
        changes
    }

    /// What is to be done because this text stated something and the text of `now` states nothing in its place: the right
    /// is as a new object has it (`initial`), by its owner and by ALTER DEFAULT PRIVILEGES.
    pub fn removed(&self, now: &Grants, live: &[LiveGrant], initial: &[LiveGrant]) -> Vec<Change> {
        let mut changes = Vec::new();
        for (right, stated) in &self.stated {
            let says = now.stated.get(right).copied().unwrap_or_default();
            let bare = right.column.is_some()
                && now.bare.contains(&(right.grantee.clone(), right.privilege.clone()));
            let (held, first) = (held(live, right), held(initial, right));
            let todo = match (stated.held, says.held) {
                (Some(true), None) if !bare && held.by_owner && !first.held => Some(Todo::Revoke),
                (Some(false), None) if first.option && !held.held => Some(Todo::GrantWithOption),
                (Some(false), None) if first.held && !held.held => Some(Todo::Grant),
                (Some(true), _) if stated.option == Some(true) && says.option.is_none() => {
                    (says.held != Some(false) && held.option_by_owner && !first.option)
                        .then_some(Todo::RevokeOption)
                }
                _ => None,
            };
            changes.extend(todo.map(|todo| (todo, right.clone())));
        }
        changes.sort();
        changes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::attachment::Privilege;

    /// `reader select`, `public update a`, with `*` behind a privilege with grant option.
    fn right(text: &str) -> (Right, bool) {
        let mut words = text.split(' ');
        let grantee = words.next().filter(|&name| name != "public").map(str::to_owned);
        let privilege = words.next().unwrap();
        let right = Right {
            grantee,
            privilege: privilege.trim_end_matches('*').to_owned(),
            column: words.next().map(str::to_owned),
        };
        (right, privilege.ends_with('*'))
    }

    /// `+` grants, `-` revokes, `!` revokes the grant option.
    fn grants(texts: &[&str]) -> Grants {
        let mut grants = Grants::default();
        for text in texts {
            let (right, option) = right(&text[1..]);
            match &text[..1] {
                "+" => grants.grant(right, option),
                "-" => grants.revoke(right, false),
                _ => grants.revoke(right, true),
            }
        }
        grants
    }

    fn live(texts: &[&str]) -> Vec<LiveGrant> {
        let grant = |text: &&str| {
            let foreign = text.starts_with('?');
            let (right, option) = right(text.trim_start_matches('?'));
            let Right { grantee, privilege, column } = right;
            LiveGrant { grantee, privilege, column, option, by_owner: !foreign }
        };
        texts.iter().map(grant).collect()
    }

    fn shown(changes: &[Change]) -> Vec<String> {
        let texts = by_role(changes);
        texts.iter().map(|((todo, role), rights)| format!("{todo:?} {rights}: {}", grantee(role))).collect()
    }

    #[test]
    fn a_stated_grant_is_desired_and_others_are_let_be() {
        let stated = grants(&["+reader select", "+reader update a", "+public select"]);
        assert_eq!(
            shown(&stated.changes(&live(&["reader select", "reader delete", "writer select"]))),
            ["Grant select: public", "Grant update (a): reader"]
        );
        assert!(stated.changes(&live(&["reader select", "reader update a", "public select*"])).is_empty());
    }

    #[test]
    fn a_revoke_is_desired_and_takes_columns_along() {
        let stated = grants(&["-public select", "-reader update a"]);
        let found = live(&["public select", "public select a", "reader update a", "reader update b"]);
        assert_eq!(
            shown(&stated.changes(&found)),
            ["Revoke select, select (a): public", "Revoke update (a): reader"]
        );
        assert!(stated.changes(&live(&["?public select"])).is_empty(), "not the owner's to take");
        let exactly = grants(&["-reader select", "-reader update", "+reader select"]);
        assert_eq!(
            shown(&exactly.changes(&live(&["reader update", "reader update a"]))),
            ["Grant select: reader", "Revoke update, update (a): reader"]
        );
    }

    #[test]
    fn grant_options_are_rights_of_their_own() {
        assert_eq!(
            shown(&grants(&["+reader select*"]).changes(&live(&["reader select"]))),
            ["GrantWithOption select: reader"]
        );
        assert!(grants(&["+reader select"]).changes(&live(&["reader select*"])).is_empty());
        assert_eq!(
            shown(&grants(&["!reader select"]).changes(&live(&["reader select*"]))),
            ["RevokeOption select: reader"]
        );
        let (before, now) = (grants(&["+reader select*"]), grants(&["+reader select"]));
        assert_eq!(
            shown(&before.removed(&now, &live(&["reader select*"]), &[])),
            ["RevokeOption select: reader"]
        );
    }

    #[test]
    fn what_is_stated_no_more_is_removed_where_it_is_live() {
        let before = grants(&["+reader select", "+writer update", "+public select a", "-guest select"]);
        let now = grants(&["+reader select"]);
        let found = live(&["reader select", "writer update", "writer delete", "public select a"]);
        assert_eq!(
            shown(&before.removed(&now, &found, &[])),
            ["Revoke select (a): public", "Revoke update: writer"]
        );
        assert!(before.removed(&now, &live(&["reader select"]), &[]).is_empty());
        let revoked = grants(&["-writer update"]);
        assert!(grants(&["+writer update"]).removed(&revoked, &found, &[]).is_empty(), "the text does it");
    }

    #[test]
    fn a_revoke_on_the_whole_leaves_the_columns_that_are_to_stay() {
        let before = grants(&["+reader select", "+reader select a"]);
        let found = live(&["reader select", "reader select a", "reader select* b"]);
        let changes = before.removed(&grants(&["+reader select a"]), &found, &[]);
        assert_eq!(shown(&changes), ["Revoke select: reader"]);
        assert_eq!(
            shown(&granted_again(&changes, &found)),
            ["Grant select (a): reader", "GrantWithOption select (b): reader"]
        );
    }

    #[test]
    fn what_a_new_object_has_by_itself_is_neither_taken_nor_kept_away() {
        let initial = live(&["owner select*", "reader select"]);
        let before = grants(&["+owner select", "+reader select", "+writer select"]);
        let found = live(&["owner select*", "reader select", "writer select"]);
        assert_eq!(shown(&before.removed(&Grants::default(), &found, &initial)), ["Revoke select: writer"]);
        let before = grants(&["-owner select", "-reader select", "-writer select"]);
        assert_eq!(
            shown(&before.removed(&Grants::default(), &[], &initial)),
            ["Grant select: reader", "GrantWithOption select: owner"]
        );
    }

    #[test]
    fn all_is_what_the_server_knows() {
        let privilege = |name: &str, columns: &[&str]| Privilege {
            name: name.to_owned(),
            columns: columns.iter().map(|&column| column.to_owned()).collect(),
        };
        assert_eq!(expand(&privilege("all", &[]), On::Relation, 16).len(), 7);
        assert_eq!(expand(&privilege("all", &[]), On::Routine, 17), [("execute".to_owned(), None)]);
        assert_eq!(expand(&privilege("all", &[]), On::Relation, 17).len(), 8);
        assert_eq!(expand(&privilege("all", &["a", "b"]), On::Relation, 17).len(), 8);
        assert_eq!(
            expand(&privilege("select", &["a"]), On::Relation, 15),
            [("select".to_owned(), Some("a".to_owned()))]
        );
    }
}
