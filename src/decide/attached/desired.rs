//! What the statements of one text add up to: later ones overrule earlier ones.

use std::collections::BTreeMap;

use super::grants::{Grantee, Grants, On, Right, expand};
use crate::read::attached::{Attached, LiveComment};
use crate::words::attachment::{Fires, Privilege, Role, Says, Subject};

/// Who the words for roles stand for, and what the server is.
#[derive(Clone, Copy, Debug)]
pub struct Scene<'s> {
    pub current_user: &'s str,
    pub login_user: &'s str,
    /// The major version.
    pub server: u32,
}

/// A value, and the statement that states it, by its place in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stated<T> {
    pub value: T,
    pub by: usize,
}

/// The state that a text asks for. What it does not name is somebody's own.
#[derive(Clone, Debug, Default)]
pub struct Desired<'s> {
    /// None: there is to be no comment.
    pub comments: BTreeMap<&'s Subject, Stated<Option<&'s str>>>,
    pub grants: Grants,
    /// The statements about grants, which are only right together.
    pub granting: Vec<usize>,
    pub owner: Option<Stated<Grantee>>,
    /// None: the option is to be reset.
    pub options: BTreeMap<&'s str, Stated<Option<&'s str>>>,
    /// By column; none: there is to be no default.
    pub defaults: BTreeMap<&'s str, Stated<Option<&'s str>>>,
    /// By name, with the text of the statement.
    pub rules: BTreeMap<&'s str, Stated<&'s str>>,
    /// By name, with the text of the statement.
    pub indexes: BTreeMap<&'s str, Stated<&'s str>>,
    /// By name, with the text of the statement.
    pub statistics: BTreeMap<&'s str, Stated<&'s str>>,
    /// When a trigger fires.
    pub fires: Option<Stated<Fires>>,
}

impl<'s> Desired<'s> {
    /// Adds up the statements about an object, each with its text.
    pub fn of(on: On, statements: impl IntoIterator<Item = (&'s str, &'s Says)>, scene: Scene<'_>) -> Self {
        let mut desired = Desired::default();
        for (by, (text, says)) in statements.into_iter().enumerate() {
            desired.add(on, by, text, says, scene);
        }
        desired
    }

    /// The grants and comments as an object has them that is just as this text says.
    pub fn as_live(&self) -> Attached {
        let comments = self.comments.iter().filter_map(|(subject, stated)| {
            let mut comment = LiveComment { text: stated.value?.to_owned(), ..LiveComment::default() };
            match subject {
                Subject::Whole => {}
                Subject::Column(column) => comment.column = Some(column.clone()),
                Subject::Rule(rule) => comment.rule = Some(rule.clone()),
                Subject::Index(index) => comment.index = Some(index.clone()),
                Subject::Statistics(name) => comment.statistics = Some(name.clone()),
            }
            Some(comment)
        });
        Attached { comments: comments.collect(), grants: self.grants.as_live(), ..Attached::default() }
    }

    fn add(&mut self, on: On, by: usize, text: &'s str, says: &'s Says, scene: Scene<'_>) {
        match says {
            Says::Comment { on: subject, is } => {
                self.comments.insert(subject, Stated { value: is.as_deref(), by });
            }
            Says::Grant { privileges, roles, option } => {
                self.granting.push(by);
                rights(on, privileges, roles, scene).for_each(|right| self.grants.grant(right, *option));
            }
            Says::Revoke { privileges, roles, option } => {
                self.granting.push(by);
                rights(on, privileges, roles, scene).for_each(|right| self.grants.revoke(right, *option));
            }
            Says::Owner { role } => self.owner = Some(Stated { value: named(role, scene), by }),
            Says::Set { options } => {
                let options = options.iter();
                self.options.extend(
                    options.map(|(name, value)| (name.as_str(), Stated { value: Some(value.as_str()), by })),
                );
            }
            Says::Reset { options } => {
                let options = options.iter();
                self.options.extend(options.map(|name| (name.as_str(), Stated { value: None, by })));
            }
            Says::Default { column, expression } => {
                self.defaults.insert(column, Stated { value: expression.as_deref(), by });
            }
            Says::Rule { name } => {
                self.rules.insert(name, Stated { value: text, by });
            }
            Says::Index { name, .. } => {
                self.indexes.insert(name, Stated { value: text, by });
            }
            Says::Statistics { name, .. } => {
                self.statistics.insert(name, Stated { value: text, by });
            }
            Says::Fires { when } => self.fires = Some(Stated { value: *when, by }),
        }
    }
}

fn rights(on: On, privileges: &[Privilege], roles: &[Role], scene: Scene<'_>) -> impl Iterator<Item = Right> {
    let privileges: Vec<_> =
        privileges.iter().flat_map(|privilege| expand(privilege, on, scene.server)).collect();
    let grantees: Vec<Grantee> = roles.iter().map(|role| named(role, scene)).collect();
    grantees.into_iter().flat_map(move |grantee| {
        let right = |(privilege, column)| Right { grantee: grantee.clone(), privilege, column };
        privileges.clone().into_iter().map(right).collect::<Vec<_>>()
    })
}

/// The role's name; none for PUBLIC.
fn named(role: &Role, scene: Scene<'_>) -> Grantee {
    match role {
        Role::Public => None,
        Role::CurrentUser => Some(scene.current_user.to_owned()),
        Role::LoginUser => Some(scene.login_user.to_owned()),
        Role::Named(name) => Some(name.clone()),
    }
}
