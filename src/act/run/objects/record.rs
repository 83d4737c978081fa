//! What a run writes down.

use crate::decide::compare::uses::question;
use crate::decide::decision::Decision;
use crate::decide::plan::side_by_side::SideBySide;
use crate::read::catalog::{self, CANONICAL, pins};
use crate::read::ledger::{Done, Ledger, Written};
use crate::set::project::Project;
use crate::words::verb::Verb;

/// The text that writes the ledger behind the changes, in their message. It asks for nothing that they do not tell.
pub fn record_text(
    ledger: &Ledger<'_>,
    project: &Project,
    decision: &Decision,
    written: Written<'_>,
) -> String {
    let actions = &decision.plan.actions;
    let objects = decision.objects();
    let routines = objects.iter().map(|&index| project.object(index));
    let routines = routines.filter(|object| object.kind().is_routine()).map(|object| object.key());
    let routines: Vec<String> = routines.collect();
    let dropped =
        actions.iter().filter(|action| action.verb == Verb::Drop).map(|action| action.object.to_string());
    let (dropped, taken) = (dropped.collect(), decision.taken.clone());
    let retired = decision.retired.iter().map(|retired| retired.identity.clone()).collect();
    let renamed = decision.renamed.clone();
    let addresses = catalog::kept_routines(!routines.is_empty());
    let done = Done { objects, routines: addresses, retired, dropped, taken, renamed, written };
    let kept = match routines.is_empty() {
        true => String::new(),
        false => format!("{};\n", catalog::keep_routines(project, &routines)),
    };
    let question = question(project, &done.objects, &SideBySide::default());
    format!("{question};\n{kept}{};\n{}", pins(CANONICAL), ledger.record_text(&done))
}
