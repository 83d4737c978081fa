//! Whose objects the project takes for its own.
//!
//! CREATE OR REPLACE keeps the owner, who may change an object afterwards, and whose rights a SECURITY DEFINER routine has. So
//! what an untrusted role made under one of the project's names is refused. What we made ourselves and somebody gave to such a
//! role is the project's, and so is what its file gives to him.

use crate::read::facts::{Live, LiveObject, LiveSchema, Record};
use crate::set::project::{Object, Project};
use crate::words::attachment::{Role, Says};
use crate::words::error::{Error, ErrorKind};
use crate::words::name::identifier;
use crate::words::object::Kind;
use crate::words::trusted::TRUSTED;

/// Refuses a live object that an untrusted role made. Who only looks, and could make nothing in its schema, may know other
/// roles than the one that works: it is not for him to refuse (`acting`: he works).
pub fn check_made(
    object: Object<'_>,
    record: Option<&Record>,
    live: &LiveObject,
    all: &Live,
    acting: bool,
) -> Result<(), Error> {
    let may = |schema: &&LiveSchema| schema.name == live.identity.schema && schema.create;
    // A trigger has no owner and keeps nothing of who made it.
    if live.trusted
        || object.kind() == Kind::Trigger
        || !(acting || all.schemas.iter().any(|schema| may(&schema)))
    {
        return Ok(());
    }
    let given =
        |record: &Record| record.address == live.address || record.owner.as_ref() == Some(&live.owner);
    if record.is_some_and(given) || states_owner(object, &live.owner) {
        return Ok(());
    }
    let (kind, identity, owner) = (&live.kind, &live.identity, &live.owner);
    let message = format!(
        "{kind} \"{identity}\" is not of this project's making and belongs to {owner}, a role that is not trusted"
    );
    let error = Error::new(ErrorKind::Conflict, message)
        .object(object.key())
        .at(object.place(object.data().statement.start))
        .unchanged();
    Err(error.help(format!(
        "look at what it is, and then drop it (drop {kind} {identity};) or make it the project's (alter {kind} {identity} owner to {};); {TRUSTED}",
        identifier(&all.role)
    )))
}

/// Refuses a project's schema that belongs to an untrusted role.
pub fn check_schema(project: &Project, live: &Live, acting: bool) -> Result<(), Error> {
    let own = live.schemas.iter().find(|schema| schema.name == project.schema());
    match own
        .filter(|schema| acting || schema.create)
        .and_then(|schema| schema.owner.as_ref().filter(|_| schema.trusted == Some(false)))
    {
        Some(owner) => Err(of_stranger(project, owner, &live.role)),
        None => Ok(()),
    }
}

/// The error about a project's schema that belongs to an untrusted role.
pub fn of_stranger(project: &Project, owner: &str, role: &str) -> Error {
    let schema = project.schema();
    let message = format!("the project's schema \"{schema}\" belongs to {owner}, a role that is not trusted");
    Error::new(ErrorKind::Conflict, message).unchanged().help(format!(
        "look at what is in it, and then make it the project's (alter schema {} owner to {};), or connect as a member of {owner}; {TRUSTED}",
        identifier(schema),
        identifier(role)
    ))
}

/// Whether the file itself gives the object to this role.
pub fn states_owner(object: Object<'_>, owner: &str) -> bool {
    object.data().attachments.iter().any(|attachment| match &attachment.says {
        Says::Owner { role: Role::Named(role) } => identifier(role) == owner,
        _ => false,
    })
}
