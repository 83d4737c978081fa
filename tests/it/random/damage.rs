//! What a person does to managed views that the next run must undo.

use super::dice::Dice;
use super::hand::{Hand, What};
use super::model::{BI, Model, Relation, quoted};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Damage {
    DropCascade,
    ReplaceQuery,
    AppendColumn,
    RenameColumn,
    RenameView,
    MoveView,
    DropAndCreate,
    RevokeStated,
    ChangeComment,
    ChangeOption,
    ChangeOwner,
}

const WEIGHTS: &[(usize, Damage)] = &[
    (4, Damage::DropCascade),
    (4, Damage::ReplaceQuery),
    (3, Damage::AppendColumn),
    (3, Damage::RenameColumn),
    (3, Damage::RenameView),
    (3, Damage::MoveView),
    (3, Damage::DropAndCreate),
    (4, Damage::RevokeStated),
    (4, Damage::ChangeComment),
    (4, Damage::ChangeOption),
    (2, Damage::ChangeOwner),
];

/// What was done, and what it did to the rest.
pub struct Done {
    pub sql: String,
    /// What is gone with all that was on it.
    pub gone: Vec<Relation>,
    /// What has another name or another shape now, so that nothing else is done to it.
    pub touched: Relation,
    pub damage: Damage,
}

/// Damages a view that is as the last run left it.
pub fn damage(dice: &mut Dice, model: &Model, hand: &mut Hand, touched: &[Relation]) -> Option<Done> {
    let whole: Vec<_> = model.views.iter().filter(|view| !touched.contains(&view.relation())).collect();
    let view = *dice.pick(&whole)?;
    let on = view.relation();
    let above = hand.above(model, &on);
    let mut gone = Vec::new();
    let damage = dice.weighted(WEIGHTS);
    let sql = match damage {
        // A name that somebody changed is no name to drop by.
        Damage::DropCascade if !above.iter().any(|of| touched.contains(of)) => {
            gone = above;
            format!("drop view {on} cascade")
        }
        Damage::ReplaceQuery => {
            forget_options(hand, &on);
            replaced(&on, "x.*")
        }
        Damage::AppendColumn => {
            forget_options(hand, &on);
            replaced(&on, "x.*, 1 as appended")
        }
        Damage::RenameColumn => {
            let columns = model.columns_of(view)?;
            let (column, _) = dice.pick(&columns)?;
            format!("alter view {on} rename column {} to renamed", quoted(column))
        }
        Damage::RenameView => format!("alter view {on} rename to {}", quoted(&format!("{}_away", view.name))),
        Damage::MoveView => format!("alter view {on} set schema {BI}"),
        Damage::DropAndCreate if above.len() == 1 => {
            gone = above;
            let definition = format!("definition text := pg_get_viewdef('{on}'::regclass)");
            format!(
                "do $do$ declare {definition}; begin drop view {on}; execute 'create view {on} as ' || definition; end $do$"
            )
        }
        Damage::RevokeStated => {
            let stated: Vec<_> = view.grants.iter().collect();
            let (role, privilege, column) = dice.pick(&stated)?;
            let column = column.as_ref().map(|column| format!(" ({})", quoted(column))).unwrap_or_default();
            format!("revoke {privilege}{column} on {on} from {role}")
        }
        Damage::ChangeComment => {
            let stated: Vec<_> = view.comments.keys().collect();
            let text = if dice.chance(40) { "null" } else { "'changed by hand'" };
            match dice.pick(&stated)? {
                None => format!("comment on view {on} is {text}"),
                Some(column) => format!("comment on column {on}.{} is {text}", quoted(column)),
            }
        }
        Damage::ChangeOption => {
            let stated: Vec<_> = view.options.iter().collect();
            let (key, value) = dice.pick(&stated)?;
            match dice.chance(50) {
                true => format!("alter view {on} reset ({key})"),
                false => format!("alter view {on} set ({key} = {})", !**value),
            }
        }
        Damage::ChangeOwner if view.owned => {
            format!("alter view {on} owner to current_user")
        }
        _ => return None,
    };
    hand.lose(&gone);
    Some(Done { sql, gone, touched: on, damage })
}

/// CREATE OR REPLACE VIEW takes away the options that its text does not state.
fn forget_options(hand: &mut Hand, on: &Relation) {
    hand.0.retain(|added| added.on != *on || !matches!(added.what, What::Set { .. }));
}

/// Replaces a view by one that reads what it was.
fn replaced(on: &Relation, columns: &str) -> String {
    format!(
        "do $do$ begin execute 'create or replace view {on} as select {columns} from ('
         || rtrim(pg_get_viewdef('{on}'::regclass), ';') || ') x where 1 = 1'; end $do$"
    )
}
