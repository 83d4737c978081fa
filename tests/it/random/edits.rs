//! What a developer does to the files between two runs.

use std::collections::BTreeMap;

use super::dice::Dice;
use super::model::{Expression, Model, Retired, quoted};
use super::start::{self, a_type};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edit {
    CastColumn,
    AddColumn,
    DropColumn,
    RenameColumn,
    ReorderColumns,
    Query,
    StateComment,
    UnstateComment,
    StateGrant,
    UnstateGrant,
    StateOption,
    UnstateOption,
    Owner,
    Note,
    MoveFile,
    AddView,
    DeleteView,
    BringBack,
    RenameView,
    TableAddColumn,
    TableAlterType,
    TableDropColumn,
    TableRenameColumn,
    TableRename,
    TableSwap,
}

/// How often each is done.
const WEIGHTS: &[(usize, Edit)] = &[
    (8, Edit::CastColumn),
    (8, Edit::AddColumn),
    (6, Edit::DropColumn),
    (6, Edit::RenameColumn),
    (4, Edit::ReorderColumns),
    (4, Edit::Query),
    (4, Edit::StateComment),
    (4, Edit::StateGrant),
    (4, Edit::UnstateComment),
    (4, Edit::UnstateGrant),
    (3, Edit::StateOption),
    (3, Edit::UnstateOption),
    (2, Edit::Owner),
    (2, Edit::Note),
    (2, Edit::MoveFile),
    (5, Edit::AddView),
    (5, Edit::DeleteView),
    (2, Edit::BringBack),
    (5, Edit::RenameView),
    (4, Edit::TableAddColumn),
    (6, Edit::TableAlterType),
    (5, Edit::TableDropColumn),
    (3, Edit::TableRenameColumn),
    (3, Edit::TableRename),
    (2, Edit::TableSwap),
];

/// The columns that got another name, by relation.
type Renamed = BTreeMap<(String, String), String>;

/// What was done, and what follows it in what a person built.
pub struct Edited {
    pub edit: Edit,
    /// A view or a table that got another name, for whatever else reads it.
    pub view: Option<(String, String)>,
    /// A table's column that got another name.
    pub column: Option<((String, String), String)>,
}

/// Changes the model; says what was done, where something was.
pub fn edit(dice: &mut Dice, installed: &Model, model: &mut Model, version: usize) -> Option<Edited> {
    let edit = dice.weighted(WEIGHTS);
    let mut renamed = Renamed::new();
    let mut renamed_view = None;
    match edit {
        Edit::AddView => {
            let view = start::view(dice, model, version);
            model.views.push(view);
        }
        Edit::BringBack => bring_back(dice, model)?,
        Edit::TableAddColumn | Edit::TableAlterType | Edit::TableDropColumn | Edit::TableRenameColumn => {
            migrate(dice, model, edit, &mut renamed)?;
        }
        Edit::TableRename => renamed_view = Some(rename_table(dice, model)),
        Edit::TableSwap => renamed_view = Some(swap_table(dice, model)),
        Edit::DeleteView => delete(dice, installed, model)?,
        Edit::RenameView => renamed_view = Some(rename(dice, installed, model)?),
        _ => change(dice, model, edit, version, &mut renamed)?,
    }
    let column = renamed.clone().into_iter().next().filter(|_| edit == Edit::TableRenameColumn);
    repair(dice, model, renamed);
    Some(Edited { edit, view: renamed_view, column })
}

/// Changes one view.
fn change(
    dice: &mut Dice,
    model: &mut Model,
    edit: Edit,
    version: usize,
    renamed: &mut Renamed,
) -> Option<()> {
    let index = dice.below(model.views.len());
    let mut view = model.views[index].clone();
    let columns = if view.star { 0 } else { view.columns.len() };
    match edit {
        Edit::CastColumn => {
            let at = dice.pick(&(0..columns).collect::<Vec<_>>()).copied()?;
            let mut plain = view.clone();
            plain.columns[at].cast = None;
            let (_, own) = model.columns_of(&plain)?.get(at)?.clone();
            view.columns[at].cast = Some(a_type(dice)).filter(|&cast| own.casts_to(cast));
        }
        Edit::AddColumn if !view.star => {
            let column = start::column(dice, model, &view);
            let at = if dice.chance(60) { columns } else { dice.below(columns + 1) };
            view.columns.insert(at, column);
        }
        Edit::DropColumn if columns > 1 => drop(view.columns.remove(dice.below(columns))),
        Edit::RenameColumn if columns > 0 => {
            let at = dice.below(columns);
            let new = model.name('c');
            let old = std::mem::replace(&mut view.columns[at].name, new.clone());
            follow_attachments(&mut view, &old, &new);
            renamed.insert((view.name.clone(), old), new);
        }
        Edit::ReorderColumns if columns > 1 => view.columns.rotate_left(1),
        Edit::Query => {
            view.ordered = !view.ordered;
            view.filter = match view.filter {
                Some(_) => None,
                None => {
                    start::a_source_column(dice, model, &view).map(|(source, (column, _))| (source, column))
                }
            };
        }
        Edit::StateComment => start::comment(dice, model, &mut view),
        Edit::StateGrant => start::grant(dice, model, &mut view),
        Edit::StateOption => start::option(dice, &mut view, version),
        Edit::UnstateComment => {
            let key = dice.pick(&view.comments.keys().cloned().collect::<Vec<_>>())?.clone();
            view.comments.remove(&key);
        }
        Edit::UnstateGrant => {
            let grant = dice.pick(&view.grants.iter().cloned().collect::<Vec<_>>())?.clone();
            view.grants.remove(&grant);
        }
        Edit::UnstateOption => {
            let key = *dice.pick(&view.options.keys().copied().collect::<Vec<_>>())?;
            view.options.remove(key);
        }
        Edit::Owner => view.owned = !view.owned,
        Edit::Note => view.note += 1,
        Edit::MoveFile => view.folder = start::folder(dice),
        _ => return None,
    }
    model.views[index] = view;
    Some(())
}

/// What is stated of a column is stated of it under its new name.
fn follow_attachments(view: &mut super::model::View, old: &str, new: &str) {
    let follow = |column: Option<String>| match column {
        Some(column) if column == old => Some(new.to_owned()),
        column => column,
    };
    view.comments =
        std::mem::take(&mut view.comments).into_iter().map(|(on, text)| (follow(on), text)).collect();
    view.grants = std::mem::take(&mut view.grants)
        .into_iter()
        .map(|(role, what, on)| (role, what, follow(on)))
        .collect();
}

/// Takes a file away; what read the view reads what it stood on.
fn delete(dice: &mut Dice, installed: &Model, model: &mut Model) -> Option<()> {
    let index = an_installed(dice, installed, model).filter(|_| model.views.len() > 1)?;
    let name = model.views.remove(index).name;
    // As it was installed, not as it was changed since.
    let view = model.stored.iter().find(|stored| stored.name == name)?.clone();
    let below = match model.columns(&view.sources[0]) {
        Some(_) => view.sources[0].clone(),
        None => model.tables[0].name.clone(),
    };
    for source in model.views.iter_mut().flat_map(|above| &mut above.sources) {
        if *source == view.name {
            source.clone_from(&below);
        }
    }
    model.retired.push(Retired { view, fresh: true });
    Some(())
}

/// A file comes back as it was, on what there is now.
fn bring_back(dice: &mut Dice, model: &mut Model) -> Option<()> {
    if model.retired.is_empty() {
        return None;
    }
    let retired = model.retired.remove(dice.below(model.retired.len()));
    let mut view = retired.view;
    view.renamed_from = None;
    for source in &mut view.sources {
        if model.columns(source).is_none() {
            source.clone_from(&model.tables[0].name);
        }
    }
    model.views.push(view);
    Some(())
}

/// A view of the last run: one that no release had cannot be retired or renamed.
fn an_installed(dice: &mut Dice, installed: &Model, model: &Model) -> Option<usize> {
    let known = |&index: &usize| installed.view(&model.views[index].name).is_some();
    dice.pick(&(0..model.views.len()).filter(known).collect::<Vec<_>>()).copied()
}

fn rename(dice: &mut Dice, installed: &Model, model: &mut Model) -> Option<(String, String)> {
    let new = model.name('v');
    let index = an_installed(dice, installed, model)?;
    let old = std::mem::replace(&mut model.views[index].name, new.clone());
    model.views[index].renamed_from = Some(old.clone());
    read_under_another_name(model, &old, &new);
    Some((old, new))
}

/// Whatever reads a relation reads it under its new name: files do, and the server follows in the rest.
fn read_under_another_name(model: &mut Model, old: &str, new: &str) {
    let retired = model.retired.iter_mut().map(|retired| &mut retired.view).chain(&mut model.stored);
    for source in model.views.iter_mut().chain(retired).flat_map(|view| &mut view.sources) {
        if *source == old {
            new.clone_into(source);
        }
    }
}

/// A migration renames a table, and the files follow.
fn rename_table(dice: &mut Dice, model: &mut Model) -> (String, String) {
    let new = model.name('t');
    let at = dice.below(model.tables.len());
    let old = std::mem::replace(&mut model.tables[at].name, new.clone());
    model.migrations.push(format!("alter table {} rename to {};\n", quoted(&old), quoted(&new)));
    read_under_another_name(model, &old, &new);
    (old, new)
}

/// A migration puts another table in the place of one; the old one goes under another name, with whatever reads it.
fn swap_table(dice: &mut Dice, model: &mut Model) -> (String, String) {
    let at = dice.below(model.tables.len());
    let (name, new, old) = (model.tables[at].name.clone(), model.name('t'), model.name('t'));
    let [table, made, away] = [&name, &new, &old].map(|name| quoted(name));
    model.migrations.push(format!(
        "create table {made} (like {table} including all);\nalter table {table} rename to {away};\n\
         alter table {made} rename to {table};\n"
    ));
    // What a person built, and what is to go, reads the old one.
    let mut away = model.tables[at].clone();
    away.name.clone_from(&old);
    model.tables.push(away);
    let retired = model.retired.iter_mut().map(|retired| &mut retired.view).chain(&mut model.stored);
    for source in retired.flat_map(|view| &mut view.sources) {
        if *source == name {
            source.clone_from(&old);
        }
    }
    (name, old)
}

/// Adds a table migration.
fn migrate(dice: &mut Dice, model: &mut Model, edit: Edit, renamed: &mut Renamed) -> Option<()> {
    let at = dice.below(model.tables.len());
    let new = model.name('c');
    let of = a_type(dice);
    let table = &mut model.tables[at];
    let column = dice.below(table.columns.len());
    let (name, old) = table.columns[column].clone();
    let alter = format!("alter table {} ", quoted(&table.name));
    let statement = match edit {
        Edit::TableAddColumn => {
            table.columns.push((new.clone(), of));
            format!("add column {} {of}", quoted(&new))
        }
        Edit::TableAlterType => {
            if !old.casts_to(of) {
                return None;
            }
            table.columns[column].1 = of;
            let name = quoted(&name);
            format!("alter column {name} type {of} using {name}::{of}")
        }
        Edit::TableDropColumn => {
            if table.columns.len() < 2 {
                return None;
            }
            table.columns.remove(column);
            format!("drop column {}", quoted(&name))
        }
        _ => {
            table.columns[column].0.clone_from(&new);
            renamed.insert((table.name.clone(), name.clone()), new.clone());
            // The server follows in what is stored.
            let retired = model.retired.iter_mut().map(|retired| &mut retired.view);
            for view in retired.chain(&mut model.stored) {
                follow(view, renamed);
            }
            format!("rename column {} to {}", quoted(&name), quoted(&new))
        }
    };
    model.migrations.push(format!("{alter}{statement};\n"));
    Some(())
}

/// Follows renamed columns of the sources.
fn follow(view: &mut super::model::View, renamed: &Renamed) {
    let sources = view.sources.clone();
    let new =
        |source: usize, column: &String| renamed.get(&(sources[source].clone(), column.clone())).cloned();
    let columns = view.columns.iter_mut().filter_map(|column| match &mut column.expression {
        Expression::Column { source, column } => Some((*source, column)),
        _ => None,
    });
    for (source, column) in columns.chain(view.filter.iter_mut().map(|(source, column)| (*source, column))) {
        if let Some(new) = new(source, column) {
            *column = new;
        }
    }
}

/// Adapts every view to what it stands on, as a developer does.
fn repair(dice: &mut Dice, model: &mut Model, mut renamed: Renamed) {
    for index in 0..model.views.len() {
        let mut view = model.views[index].clone();
        let sources: Vec<_> =
            view.sources.iter().map(|source| model.columns(source).unwrap_or_default()).collect();
        follow(&mut view, &renamed);
        if view.star {
            let of_source = renamed.iter().filter(|((of, _), _)| *of == view.sources[0]);
            let own: Vec<_> =
                of_source.map(|((_, old), new)| ((view.name.clone(), old.clone()), new.clone())).collect();
            renamed.extend(own);
        }
        let find = |source: usize, name: &String| sources[source].iter().find(|(column, _)| column == name);
        for column in &mut view.columns {
            let own = match &mut column.expression {
                Expression::Column { source, column } => match find(*source, column) {
                    Some((_, of)) => Some(*of),
                    None => dice.pick(&sources[*source]).map(|(other, of)| {
                        column.clone_from(other);
                        *of
                    }),
                },
                _ => continue,
            };
            match own {
                None => column.expression = Expression::Constant(0),
                Some(own) => column.cast = column.cast.filter(|&cast| own.casts_to(cast)),
            }
        }
        view.filter = view.filter.filter(|(source, column)| find(*source, column).is_some());
        let columns = model.columns_of(&view).unwrap_or_default();
        let has = |name: &Option<String>| {
            name.as_ref().is_none_or(|name| columns.iter().any(|(column, _)| column == name))
        };
        view.comments.retain(|name, _| has(name));
        view.grants.retain(|(_, _, name)| has(name));
        model.views[index] = view;
    }
}
