//! What the statements of one text add up to: later ones overrule earlier ones.

use std::collections::BTreeMap;

use super::grants::{Grantee, Grants, On, Right, expand};
use crate::words::attachment::{Privilege, Role, Says};
use crate::words::facet::{Facet, fires_state};

/// Who the words for roles stand for, and what the server is.
#[derive(Clone, Copy, Debug)]
pub struct Scene<'s> {
    pub current_user: &'s str,
    pub login_user: &'s str,
    /// The major version.
    pub server: u32,
}

/// What a text states of a facet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stated<'s> {
    /// The value, or the text that makes it; none where there is to be nothing: no comment, no default, the option reset.
    pub value: Option<&'s str>,
    /// The statements that state it, by their places in the text.
    pub by: Vec<usize>,
}

/// The state that a text asks for. What it does not name is somebody's own.
#[derive(Clone, Debug, Default)]
pub struct Desired<'s> {
    pub facets: BTreeMap<Facet, Stated<'s>>,
    /// What the statements of [`Facet::Grants`] add up to.
    pub grants: Grants,
    /// How the indexes are kept, by their names.
    pub kept: BTreeMap<&'s str, KeptIndex<'s>>,
}

/// How an index is kept, as its statement says.
#[derive(Clone, Copy, Debug)]
pub struct KeptIndex<'s> {
    pub options: &'s [(String, String)],
    pub tablespace: Option<&'s str>,
}

impl KeptIndex<'_> {
    /// Whether a live index has these options, whatever others it has.
    pub fn is_so(&self, live: &[String]) -> bool {
        self.options.iter().all(|(name, value)| live.contains(&format!("{name}={value}")))
    }

    fn states(&self, option: &str) -> bool {
        self.options.iter().any(|(name, _)| name == option)
    }
}

impl<'s> Desired<'s> {
    /// Whether it states this option of an index.
    pub fn states_option(&self, index: &str, option: &str) -> bool {
        self.kept.get(index).is_some_and(|kept| kept.states(option))
    }

    /// Whether it states the tablespace of an index.
    pub fn states_tablespace(&self, index: &str) -> bool {
        self.kept.get(index).is_some_and(|kept| kept.tablespace.is_some())
    }

    /// Adds up the statements about an object, each with its text.
    pub fn of(on: On, statements: impl IntoIterator<Item = (&'s str, &'s Says)>, scene: Scene<'s>) -> Self {
        let mut desired = Desired::default();
        for (by, (text, says)) in statements.into_iter().enumerate() {
            add_rights(&mut desired.grants, on, says, scene);
            if let Says::Index { name, options, tablespace, .. } = says {
                desired.kept.insert(name, KeptIndex { options, tablespace: tablespace.as_deref() });
            }
            for (place, facet) in Facet::of(says).into_iter().enumerate() {
                let before = desired.facets.remove(&facet).filter(|_| facet == Facet::Grants);
                let by = before.into_iter().flat_map(|before| before.by).chain([by]).collect();
                desired.facets.insert(facet, Stated { value: value(says, text, place, scene), by });
            }
        }
        desired
    }
}

/// What a statement states of the facet with this place among those that it is about.
fn value<'s>(says: &'s Says, text: &'s str, place: usize, scene: Scene<'s>) -> Option<&'s str> {
    match says {
        Says::Comment { is, .. } => is.as_deref(),
        Says::Owner { role } => named(role, scene),
        Says::Set { options } => options.get(place).map(|(_, value)| value.as_str()),
        Says::Default { expression, .. } => expression.as_deref(),
        Says::Rule { .. } | Says::Index { .. } | Says::Statistics { .. } => Some(text),
        Says::Cluster { index } => index.as_deref(),
        Says::Fires { when } => Some(fires_state(*when)),
        Says::Grant { .. } | Says::Revoke { .. } | Says::Reset { .. } => None,
    }
}

fn add_rights(grants: &mut Grants, on: On, says: &Says, scene: Scene<'_>) {
    match says {
        Says::Grant { privileges, roles, option } => {
            rights(on, privileges, roles, scene).for_each(|right| grants.grant(right, *option));
        }
        Says::Revoke { privileges, roles, option } => {
            rights(on, privileges, roles, scene).for_each(|right| grants.revoke(right, *option));
        }
        _ => {}
    }
}

fn rights(on: On, privileges: &[Privilege], roles: &[Role], scene: Scene<'_>) -> impl Iterator<Item = Right> {
    let privileges: Vec<_> =
        privileges.iter().flat_map(|privilege| expand(privilege, on, scene.server)).collect();
    let grantees: Vec<Grantee> = roles.iter().map(|role| named(role, scene).map(str::to_owned)).collect();
    grantees.into_iter().flat_map(move |grantee| {
        let right = |(privilege, column)| Right { grantee: grantee.clone(), privilege, column };
        privileges.clone().into_iter().map(right).collect::<Vec<_>>()
    })
}

/// The role's name; none for PUBLIC.
fn named<'s>(role: &'s Role, scene: Scene<'s>) -> Option<&'s str> {
    match role {
        Role::Public => None,
        Role::CurrentUser => Some(scene.current_user),
        Role::LoginUser => Some(scene.login_user),
        Role::Named(name) => Some(name),
    }
}
