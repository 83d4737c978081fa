//! Statements that belong to an object: comments, grants, options, owners, defaults, rules, indexes, statistics.

mod alter;
mod index;
mod target;

use squawk_syntax::ast::{self, AstNode};
use squawk_syntax::{SyntaxKind, SyntaxNode};

use super::statement::{Attach, Named, Target};
use super::tree::{child, has, tokens};
use super::written_name::{Written, folded};
use crate::words::attachment::{Privilege, Role, Says, Subject};
use crate::words::object::Kind;

pub use alter::refused;

/// What a statement says about an object, when it is such a statement.
pub fn attach(node: &SyntaxNode) -> Option<Attach> {
    match node.kind() {
        SyntaxKind::COMMENT_ON => comment(node),
        SyntaxKind::GRANT | SyntaxKind::REVOKE => privileges(node),
        SyntaxKind::CREATE_RULE => rule(node),
        SyntaxKind::CREATE_INDEX => index::index(node),
        SyntaxKind::CREATE_STATISTICS => index::statistics(node),
        _ => alter::attach(node),
    }
}

/// The names in `(a = 1, b)`, lower case, sorted.
pub fn names_of_options(node: &SyntaxNode) -> Vec<String> {
    let mut names: Vec<String> = options(node).into_iter().map(|(name, _)| name).collect();
    names.sort();
    names
}

fn one(says: Says, target: Target) -> Attach {
    Attach { says, to: vec![target], created: None, flaws: Vec::new() }
}

/// COMMENT ON an object that can be kept, or on a part of one.
fn comment(node: &SyntaxNode) -> Option<Attach> {
    let (on, target) = node.children().find_map(|object| subject(&object))?;
    let text = child(node, SyntaxKind::LITERAL).and_then(|text| string(&text));
    Some(one(Says::Comment { on, is: text.filter(|text| !text.is_empty()) }, target))
}

fn subject(object: &SyntaxNode) -> Option<(Subject, Target)> {
    let named = |kind: SyntaxKind| Written::of(&child(object, kind)?);
    let relation = |name: Written| Target { name, is: Named::Relation, kind: None };
    Some(match object.kind() {
        SyntaxKind::OBJECT_VIEW | SyntaxKind::OBJECT_MATERIALIZED_VIEW => {
            let plain = object.kind() == SyntaxKind::OBJECT_VIEW;
            let kind = Some(if plain { Kind::View } else { Kind::MaterializedView });
            (Subject::Whole, Target { kind, ..relation(named(SyntaxKind::VIEW_REF)?) })
        }
        SyntaxKind::OBJECT_COLUMN => {
            let column = child(object, SyntaxKind::QUALIFIED_COLUMN_NAME_REF)?;
            (Subject::Column(Written::of(&column)?.name), relation(Written::of_column(&column)?))
        }
        SyntaxKind::OBJECT_RULE => {
            let rule = child(object, SyntaxKind::RULE_REF)?;
            (Subject::Rule(folded(&rule)), relation(named(SyntaxKind::RELATION_NAME_REF)?))
        }
        SyntaxKind::OBJECT_INDEX => {
            let name = named(SyntaxKind::INDEX_REF)?;
            (Subject::Index(name.name.clone()), Target { name, is: Named::Index, kind: None })
        }
        SyntaxKind::OBJECT_STATISTICS => {
            let name = named(SyntaxKind::STATISTICS_REF)?;
            (Subject::Statistics(name.name.clone()), Target { name, is: Named::Statistics, kind: None })
        }
        SyntaxKind::OBJECT_TRIGGER => {
            let trigger = folded(&child(object, SyntaxKind::TRIGGER_REF)?);
            let table = named(SyntaxKind::RELATION_NAME_REF)?;
            (Subject::Whole, Target { name: table, is: Named::Trigger(trigger), kind: None })
        }
        _ => (Subject::Whole, object.children().find_map(|signature| target::routine(&signature))?),
    })
}

/// GRANT and REVOKE ON relations and routines.
fn privileges(node: &SyntaxNode) -> Option<Attach> {
    let to = target::of_privileges(&child(node, SyntaxKind::ON_PRIVILEGE_OBJECTS_CLAUSE)?);
    if to.is_empty() {
        return None;
    }
    let privileges = match child(node, SyntaxKind::REVOKE_COMMAND_LIST) {
        Some(list) => list
            .children()
            .filter(|child| child.kind() == SyntaxKind::REVOKE_COMMAND)
            .map(|child| privilege(&child))
            .collect(),
        None => vec![privilege(&child(node, SyntaxKind::ALL_PRIVILEGES)?)],
    };
    let roles = child(node, SyntaxKind::ROLE_REF_LIST)?;
    let roles = roles.children().filter(|child| child.kind() == SyntaxKind::ROLE_REF);
    let roles = roles.map(|child| role(&child)).collect();
    let with = child(node, SyntaxKind::GRANT_WITH_CLAUSE);
    let says = match node.kind() {
        SyntaxKind::GRANT => Says::Grant {
            privileges,
            roles,
            option: with.is_some_and(|with| child(&with, SyntaxKind::GRANT_OPTION).is_some()),
        },
        _ => Says::Revoke { privileges, roles, option: has(node, SyntaxKind::GRANT_OPTION_FOR) },
    };
    Some(Attach { says, to, created: None, flaws: Vec::new() })
}

fn privilege(node: &SyntaxNode) -> Privilege {
    let word = tokens(node).find(|token| !token.kind().is_trivia());
    let columns = child(node, SyntaxKind::COLUMN_REF_LIST);
    let columns = columns.iter().flat_map(SyntaxNode::children);
    Privilege {
        name: word.map_or_else(String::new, |word| word.text().trim_matches('"').to_ascii_lowercase()),
        columns: columns.map(|column| folded(&column)).collect(),
    }
}

/// PostgreSQL takes `"public"` in quotes for everybody too.
pub fn role(node: &SyntaxNode) -> Role {
    let role = node.children().next();
    match role.as_ref().map(SyntaxNode::kind) {
        Some(SyntaxKind::ROLE_REF_CURRENT_USER | SyntaxKind::ROLE_REF_CURRENT_ROLE) => Role::CurrentUser,
        Some(SyntaxKind::ROLE_REF_SESSION_USER) => Role::LoginUser,
        _ => match folded(role.as_ref().unwrap_or(node)) {
            name if name == "public" => Role::Public,
            name => Role::Named(name),
        },
    }
}

fn rule(node: &SyntaxNode) -> Option<Attach> {
    let on = child(node, SyntaxKind::RULE_ON)?;
    let name = folded(&child(node, SyntaxKind::RULE)?);
    let name_of = Written::of(&child(&on, SyntaxKind::RELATION_NAME_REF)?)?;
    Some(one(Says::Rule { name }, Target { name: name_of, is: Named::Relation, kind: Some(Kind::View) }))
}

/// Names and values of `(a = 1, b)`, as `pg_class.reloptions` holds them.
pub fn options(node: &SyntaxNode) -> Vec<(String, String)> {
    let options = node.descendants().filter(|node| node.kind() == SyntaxKind::ATTRIBUTE_OPTION);
    options
        .filter_map(|option| {
            let name = folded(&child(&option, SyntaxKind::ATTRIBUTE_NAME)?);
            let name = match child(&option, SyntaxKind::ATTRIBUTE_NAMESPACE) {
                Some(table) => format!("{}.{name}", folded(&table)),
                None => name,
            };
            let value = child(&option, SyntaxKind::ATTRIBUTE_VALUE).map(|value| {
                let literal = child(&value, SyntaxKind::LITERAL);
                literal
                    .and_then(|literal| string(&literal))
                    .unwrap_or_else(|| value.text().to_string().to_ascii_lowercase())
            });
            Some((name, value.unwrap_or_else(|| "true".to_owned())))
        })
        .collect()
}

/// The text that a string stands for, however it is quoted.
fn string(literal: &SyntaxNode) -> Option<String> {
    let quoted = literal.first_token()?.text().contains(['\'', '$']);
    ast::Literal::cast(literal.clone()).filter(|_| quoted)?.string_value()
}

#[cfg(test)]
mod tests {
    use squawk_syntax::SourceFile;

    use super::*;

    fn says(sql: &str) -> Says {
        let parse = SourceFile::parse(sql);
        assert!(parse.errors().is_empty(), "{sql}: {:?}", parse.errors());
        let node = parse.tree().syntax().first_child().unwrap();
        attach(&node).unwrap_or_else(|| panic!("{sql}")).says
    }

    fn named(names: &[&str]) -> Vec<Role> {
        names.iter().map(|&name| Role::Named(name.to_owned())).collect()
    }

    fn privilege(name: &str, columns: &[&str]) -> Privilege {
        Privilege {
            name: name.to_owned(),
            columns: columns.iter().map(|&column| column.to_owned()).collect(),
        }
    }

    #[test]
    fn grants_and_revokes() {
        let mut roles = named(&["reader", "W r"]);
        roles.extend([Role::Public, Role::CurrentUser]);
        assert_eq!(
            says(
                "grant select (a, \"B\"), update on table v to reader, group \"W r\", PUBLIC, current_user with grant option"
            ),
            Says::Grant {
                privileges: vec![privilege("select", &["a", "B"]), privilege("update", &[])],
                roles,
                option: true
            }
        );
        assert_eq!(
            says("grant all (a) on v to current_role, session_user granted by me"),
            Says::Grant {
                privileges: vec![privilege("all", &["a"])],
                roles: vec![Role::CurrentUser, Role::LoginUser],
                option: false
            }
        );
        assert_eq!(
            says("revoke grant option for ALL PRIVILEGES on v from \"public\", \"Public\" cascade"),
            Says::Revoke {
                privileges: vec![privilege("all", &[])],
                roles: vec![Role::Public, Role::Named("Public".to_owned())],
                option: true
            }
        );
        assert_eq!(
            says("revoke maintain, select on v from reader"),
            Says::Revoke {
                privileges: vec![privilege("maintain", &[]), privilege("select", &[])],
                roles: named(&["reader"]),
                option: false
            }
        );
    }

    #[test]
    fn comments_mean_their_text_however_it_is_quoted() {
        let whole = |text: Option<&str>| Says::Comment { on: Subject::Whole, is: text.map(str::to_owned) };
        let cases = [
            ("'it''s'", Some("it's")),
            ("'a'\n  'b'", Some("ab")),
            (r"E'a\n\'b\u00e9'", Some("a\n'bé")),
            ("$x$a'b$$$x$", Some("a'b$$")),
            (r"U&'d\0061t\+000061'", Some("data")),
            (r"'a\n'", Some(r"a\n")),
            ("null", None),
            ("''", None),
        ];
        for (literal, text) in cases {
            assert_eq!(says(&format!("comment on view app.v is {literal}")), whole(text), "{literal}");
        }
        assert_eq!(
            says("comment on column app.v.\"A b\" is 'x'"),
            Says::Comment { on: Subject::Column("A b".to_owned()), is: Some("x".to_owned()) }
        );
        assert_eq!(
            says("comment on rule R on app.v is 'x'"),
            Says::Comment { on: Subject::Rule("r".to_owned()), is: Some("x".to_owned()) }
        );
    }

    #[test]
    fn what_alter_view_says() {
        let option = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(
            says(
                "alter view v set (check_option = LOCAL, security_barrier, Security_Invoker = 'On', x = 1, y = -1.5, z = off)"
            ),
            Says::Set {
                options: vec![
                    option("check_option", "local"),
                    option("security_barrier", "true"),
                    option("security_invoker", "On"),
                    option("x", "1"),
                    option("y", "-1.5"),
                    option("z", "off"),
                ]
            }
        );
        assert_eq!(
            says("alter materialized view v reset (toast.Autovacuum_enabled)"),
            Says::Reset { options: vec!["toast.autovacuum_enabled".to_owned()] }
        );
        assert_eq!(
            says("alter view v reset (security_barrier)"),
            Says::Reset { options: vec!["security_barrier".to_owned()] }
        );
        assert_eq!(
            says("alter view v alter \"B\" set default now() + 1"),
            Says::Default { column: "B".to_owned(), expression: Some("now() + 1".to_owned()) }
        );
        assert_eq!(
            says("alter view v alter column b drop default"),
            Says::Default { column: "b".to_owned(), expression: None }
        );
        assert_eq!(says("alter view v owner to session_user"), Says::Owner { role: Role::LoginUser });
        assert_eq!(
            says("create rule \"R\" as on insert to v do instead nothing"),
            Says::Rule { name: "R".to_owned() }
        );
    }
}
