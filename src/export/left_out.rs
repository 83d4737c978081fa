//! What hangs on an object and no file can state: where it stands it stays, elsewhere a person has to do it.

use super::{Known, called};
use crate::read::exportable::Exportable;
use crate::read::saved::{Does, Part, Thing};
use crate::words::export::LeftOut;

/// Adds what no file can state about this object.
pub fn of(known: &Known<'_>, object: &Exportable, left_out: &mut Vec<LeftOut>) {
    let Some(saved) = known.saved.iter().find(|saved| saved.id == object.address) else { return };
    let mut push = |reason: &str, statement: &str| {
        left_out.push(LeftOut {
            of: called(object),
            reason: reason.to_owned(),
            statement: Some(format!("{};", statement.trim_end_matches(';'))),
        });
    };
    for part in saved.parts.iter().filter(|part| !can_be_stated(part)) {
        push("no file can state this", &part.statement);
    }
    for part in saved.parts.iter().filter(|part| is_by_another(part)) {
        push("a file states this as a grant by the owner", &part.statement);
    }
    for warning in &saved.warnings {
        left_out.push(LeftOut { of: called(object), reason: warning.clone(), statement: None });
    }
}

/// A grant by somebody who had the grant option.
fn is_by_another(part: &Part) -> bool {
    part.about.is_none() && part.statement.starts_with("set local role ")
}

fn can_be_stated(part: &Part) -> bool {
    let statement = part.statement.as_str();
    let begins = |heads: &[&str]| heads.iter().any(|head| statement.starts_with(head));
    if part.option.is_some() || part.is_of_rows() {
        return true;
    }
    match &part.about {
        Some(about) => match about.does {
            Does::Make if about.kind == Thing::Trigger => true,
            // A rule that does not fire, an index in another tablespace.
            Does::Make => !begins(&["alter table "]) && !statement.contains("; set local default_tablespace"),
            Does::Comment => true,
            Does::Column | Does::Rest => false,
        },
        None => match () {
            () if begins(&["comment on type ", "security label ", "alter extension ", "alter sequence "]) => {
                false
            }
            () if begins(&["grant ", "revoke ", "set local role "]) => !statement.contains(" on type "),
            () if begins(&["comment on "]) => true,
            () => statement.starts_with("alter ") && statement.contains(" owner to "),
        },
    }
}
