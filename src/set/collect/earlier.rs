//! What an object was called before, by the directive `renamed-from`.

use super::draft::{Draft, Known};
use crate::text::parse::Word;
use crate::text::parse::directive::Object;
use crate::words::identity::Identity;
use crate::words::name::Name;

/// What the directives `renamed-from` name.
pub fn earlier<'d>(draft: &'d Draft<'_>) -> impl Iterator<Item = &'d Object> {
    let directives = draft.statement.directives.iter();
    directives.filter(|directive| directive.word == Word::RenamedFrom).flat_map(|directive| &directive.names)
}

/// The identity that is meant: a routine has the arguments that it has now, and a trigger is on the same table, unless
/// the directive says otherwise.
pub fn earlier_identity(draft: &Draft<'_>, known: &Known<'_>, object: &Object) -> Identity {
    let now = &draft.identity;
    if now.table.is_some() {
        let (schema, table) = match object.on.as_ref().map(|on| known.name(on)) {
            Some(Name { schema, name }) => (schema, Some(name)),
            None => (now.schema.clone(), now.table.clone()),
        };
        return Identity { schema, name: object.name.name.clone(), table, ..now.clone() };
    }
    let Name { schema, name } = known.name(&object.name);
    let types = object.types().map(|types| types.join(","));
    let arguments = now.arguments.as_ref().map(|same| types.unwrap_or_else(|| same.clone()));
    Identity { schema, name, arguments, table: None }
}

/// The identities that it had before.
pub fn renamed_from(draft: &Draft<'_>, known: &Known<'_>) -> Vec<String> {
    earlier(draft).map(|object| earlier_identity(draft, known, object).to_string()).collect()
}
