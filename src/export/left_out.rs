//! What hangs on an object and no file can state: where it stands it stays, elsewhere a person has to do it.

use super::{Known, called};
use crate::read::dependent::{Act, Part, Thing};
use crate::read::exportable::Exportable;
use crate::words::export::LeftOut;

/// Adds what no file can state about this object.
pub fn of(known: &Known<'_>, object: &Exportable, left_out: &mut Vec<LeftOut>) {
    let Some(dependent) = known.dependents.iter().find(|dependent| dependent.id == object.address) else {
        return;
    };
    let mut push = |reason: &str, statement: &str| {
        left_out.push(LeftOut {
            of: called(object),
            reason: reason.to_owned(),
            statement: Some(format!("{};", statement.trim_end_matches(';'))),
        });
    };
    for part in dependent.script.parts.iter().filter(|part| !can_be_stated(part)) {
        push("no file can state this", &part.statement);
    }
    for part in dependent.script.parts.iter().filter(|part| is_by_another(part)) {
        push("a file states this as a grant by the owner", &part.statement);
    }
    for warning in &dependent.warnings {
        left_out.push(LeftOut { of: called(object), reason: warning.clone(), statement: None });
    }
}

/// A grant by somebody who had the grant option.
fn is_by_another(part: &Part) -> bool {
    part.by.is_some()
}

fn can_be_stated(part: &Part) -> bool {
    let of_trigger = || part.about.as_ref().is_some_and(|about| about.kind == Thing::Trigger);
    match part.act {
        Act::Option | Act::Grant | Act::Comment | Act::Make => true,
        Act::MakeElsewhere | Act::Storage | Act::Cluster => true,
        Act::LendMaintain | Act::Refresh | Act::Analyze | Act::TakeMaintain => true,
        // That of statistics is no file's.
        Act::Owner => part.about.is_none(),
        // A rule that does not fire.
        Act::Fire => of_trigger(),
        Act::FireOnPartition | Act::Column | Act::Depend | Act::Validate | Act::Other | Act::Unsaid => false,
    }
}
