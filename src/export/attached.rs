//! What is attached to an object, as the statements that a file holds: comments, owner, grants, when a trigger fires.

use std::collections::BTreeSet;

use super::{Known, named};
use crate::read::attached::{Attached, LiveComment, LiveGrant};
use crate::read::exportable::{Exportable, ExportablePart, Initial};
use crate::words::attachment::Fires;
use crate::words::name::{identifier, literal};
use crate::words::object::Kind;

/// COMMENT ON the object and its columns; those on its parts come with the parts.
pub fn comments(known: &Known<'_>, object: &Exportable, attached: &Attached) -> Vec<String> {
    let whole = |comment: &&LiveComment| {
        **comment == LiveComment { text: comment.text.clone(), ..LiveComment::default() }
    };
    let whole = attached.comments.iter().find(whole);
    let whole = whole.map(|comment| {
        on(&format!("{} {}", object.kind.keyword().to_uppercase(), target(known, object)), &comment.text)
    });
    let of_columns = object.columns.iter().filter_map(|column| {
        let comment = attached.comments.iter().find(|comment| comment.column.as_ref() == Some(column))?;
        Some(on(&format!("COLUMN {}.{}", target(known, object), identifier(column)), &comment.text))
    });
    whole.into_iter().chain(of_columns).collect()
}

/// `COMMENT ON INDEX genes_key IS 'text'`.
pub fn on(what: &str, text: &str) -> String {
    format!("COMMENT ON {what} IS {}", literal(text).trim_start())
}

/// What stands behind the kind's word in ALTER and COMMENT: the name, a routine's types, a trigger's table.
pub fn target(known: &Known<'_>, object: &Exportable) -> String {
    let name = named(known.project, &object.schema, &object.name);
    match (&object.arguments, &object.table) {
        (Some(types), _) if types.is_empty() && object.kind == Kind::Aggregate => format!("{name}(*)"),
        (Some(types), _) => format!("{name}({})", types.join(", ")),
        (None, Some(table)) => {
            format!("{} ON {}", identifier(&object.name), named(known.project, &object.schema, table))
        }
        (None, None) => name,
    }
}

/// ALTER ... OWNER TO, where it is not the role that exports: that one would own it anyway.
pub fn owner(known: &Known<'_>, object: &Exportable, attached: &Attached) -> Option<String> {
    let other = object.kind != Kind::Trigger && attached.owner != known.role;
    let kind = object.kind.keyword().to_uppercase();
    other.then(|| format!("ALTER {kind} {} OWNER TO {}", target(known, object), identifier(&attached.owner)))
}

/// ALTER TABLE ... DISABLE TRIGGER and its kin, for a trigger that does not fire as usual.
pub fn fires(known: &Known<'_>, object: &Exportable, attached: &Attached) -> Option<String> {
    let verb = match attached.fires? {
        Fires::Origin => return None,
        Fires::Never => "DISABLE",
        Fires::Replica => "ENABLE REPLICA",
        Fires::Always => "ENABLE ALWAYS",
    };
    let table = named(known.project, &object.schema, object.table.as_deref()?);
    Some(format!("ALTER TABLE {table} {verb} TRIGGER {}", identifier(&object.name)))
}

/// ALTER MATERIALIZED VIEW ... CLUSTER ON one of its indexes.
pub fn cluster<'p>(
    known: &Known<'_>,
    object: &Exportable,
    attached: &Attached,
    mut indexes: impl Iterator<Item = &'p ExportablePart>,
) -> Option<String> {
    let index = attached.cluster.as_ref()?;
    let stated = indexes.any(|part| part.name == *index);
    let statement =
        format!("ALTER MATERIALIZED VIEW {} CLUSTER ON {}", target(known, object), identifier(index));
    stated.then_some(statement)
}

/// REVOKE of what a new object has and this one has not; GRANT of what it has beyond what PostgreSQL gives a new one. What
/// only ALTER DEFAULT PRIVILEGES of this database gives is stated: it may be missing elsewhere.
pub fn grants(known: &Known<'_>, object: &Exportable, attached: &Attached) -> Vec<String> {
    let what = match object.kind {
        Kind::Trigger => return Vec::new(),
        Kind::View | Kind::MaterializedView => target(known, object),
        Kind::Procedure => format!("PROCEDURE {}", target(known, object)),
        Kind::Function => format!("FUNCTION {}", target(known, object)),
        // GRANT knows no `*`.
        Kind::Aggregate => format!("FUNCTION {}", target(known, object).replace("(*)", "()")),
    };
    let initial = initial(known, object, attached);
    let same = |one: &LiveGrant, other: &LiveGrant| {
        (&one.grantee, &one.privilege, &one.column) == (&other.grantee, &other.privilege, &other.column)
    };
    let has = |list: &[LiveGrant], grant: &LiveGrant| list.iter().any(|other| same(other, grant));
    let gone: Vec<&LiveGrant> = initial.iter().filter(|grant| !has(&attached.grants, grant)).collect();
    let built_in = |grant: &LiveGrant| match &grant.grantee {
        Some(grantee) => *grantee == attached.owner,
        None => object.kind.is_routine() && grant.column.is_none() && !grant.option,
    };
    let more: Vec<&LiveGrant> =
        (attached.grants.iter()).filter(|grant| !(built_in(grant) && has(&initial, grant))).collect();
    let all = all(known.server, object.kind);
    let revokes = grouped(&gone)
        .into_iter()
        .map(|group| format!("REVOKE {} ON {what} FROM {}", privileges(&group, &all), grantee(group[0])));
    let grants = grouped(&more).into_iter().map(|group| {
        let option = if group[0].option { " WITH GRANT OPTION" } else { "" };
        format!("GRANT {} ON {what} TO {}{option}", privileges(&group, &all), grantee(group[0]))
    });
    revokes.chain(grants).collect()
}

/// What a new object has. The run makes it as the role that exports, and gives it to its owner then, with the owner's rights.
fn initial(known: &Known<'_>, object: &Exportable, attached: &Attached) -> Vec<LiveGrant> {
    let of_kind = |initial: &&Initial| {
        (initial.schema.as_str(), initial.routine) == (object.schema.as_str(), object.kind.is_routine())
    };
    let grants = known.initial.iter().find(of_kind).map(|initial| initial.grants.clone()).unwrap_or_default();
    let as_owner = |grant: LiveGrant| match &grant.grantee {
        Some(grantee) if grantee == known.role => {
            LiveGrant { grantee: Some(attached.owner.clone()), ..grant }
        }
        _ => grant,
    };
    grants.into_iter().map(as_owner).collect()
}

/// What ALL means.
fn all(server: u32, kind: Kind) -> Vec<&'static str> {
    if kind.is_routine() {
        return vec!["execute"];
    }
    let mut all = vec!["select", "insert", "update", "delete", "truncate", "references", "trigger"];
    if server >= 170_000 {
        all.push("maintain");
    }
    all
}

/// Those for one role, with or without grant option, in the order in which they stand; a privilege on columns stands
/// behind those on the whole.
fn grouped<'g>(grants: &[&'g LiveGrant]) -> Vec<Vec<&'g LiveGrant>> {
    let mut groups: Vec<Vec<&LiveGrant>> = Vec::new();
    let key = |grant: &LiveGrant| (grant.grantee.clone(), grant.option, grant.column.is_some());
    for grant in grants {
        match groups.iter_mut().find(|group| key(group[0]) == key(grant)) {
            Some(group) => group.push(grant),
            None => groups.push(vec![grant]),
        }
    }
    groups
}

/// `SELECT, UPDATE (a, b)`.
fn privileges(group: &[&LiveGrant], all: &[&str]) -> String {
    let whole: BTreeSet<&str> =
        group.iter().filter(|grant| grant.column.is_none()).map(|grant| grant.privilege.as_str()).collect();
    if all.len() > 1 && all.iter().all(|privilege| whole.contains(privilege)) {
        return "ALL".to_owned();
    }
    let mut told = Vec::new();
    let mut seen = BTreeSet::new();
    for grant in group.iter().filter(|grant| seen.insert(grant.privilege.as_str())) {
        let columns: Vec<String> = (group.iter())
            .filter(|other| other.privilege == grant.privilege)
            .filter_map(|other| other.column.as_deref().map(identifier))
            .collect();
        let privilege = grant.privilege.to_uppercase();
        told.push(if columns.is_empty() {
            privilege
        } else {
            format!("{privilege} ({})", columns.join(", "))
        });
    }
    told.join(", ")
}

fn grantee(grant: &LiveGrant) -> String {
    grant.grantee.as_deref().map_or_else(|| "PUBLIC".to_owned(), identifier)
}
