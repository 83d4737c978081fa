//! Somebody else's objects, made again where they stood.

use super::Made;
use crate::decide::attached::attachments::{Searched, early_parts, searched, searched_first};
use crate::decide::plan::value::ForeignAction;
use crate::read::dependent::Dependent;

impl Made<'_, '_, '_> {
    pub fn foreign(&mut self, dependent: &Dependent) {
        let bodies = matches!(dependent.kind.as_str(), "function" | "procedure" | "aggregate");
        let create = dependent.script.create.iter().map(|statement| (searched_first(dependent), statement));
        let parts = || early_parts(dependent).map(|part| (searched(dependent, part), &part.statement));
        let puts_back: Vec<String> = parts().map(|(_, statement)| statement.clone()).collect();
        if !dependent.rests.is_empty() && !self.asked {
            self.ask_of_foreign();
        }
        // What its text names may come later.
        if bodies {
            self.work.changes.push("set local check_function_bodies to off");
        }
        for (searched, statement) in create.chain(parts()) {
            self.search(searched);
            self.work.changes.push_about(statement, &dependent.to_string());
        }
        if bodies {
            self.work.changes.push("set local check_function_bodies to on");
        }
        self.foreign.push(ForeignAction {
            kind: dependent.kind.clone(),
            object: dependent.identity.clone(),
            reason: self.decided.reason(dependent).to_string(),
            lock: dependent.script.lock.clone(),
            drop: dependent.script.drop.clone(),
            sql: dependent.script.create.clone(),
            puts_back,
        });
    }

    /// Sets where the names in what comes next of the switch are searched.
    pub fn search(&mut self, searched: Searched) {
        if self.searched != searched {
            self.searched = searched;
            let path = self.decided.findings.project.search_path();
            self.work.changes.push(&searched.set(&path));
        }
    }
}
