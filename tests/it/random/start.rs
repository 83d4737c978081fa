//! A random project to begin with, and the parts that later changes are made of.

use super::dice::Dice;
use super::model::{Column, Expression, FILE_ROLES, Model, TYPES, Table, Type, Typed, View, quoted};

const FOLDERS: [&str; 3] = ["views", "views/deep", "reports"];
const OPTIONS: [&str; 2] = ["security_barrier", "security_invoker"];

/// Options of a view that the server knows.
pub fn options(version: usize) -> &'static [&'static str] {
    if version < 15 { &OPTIONS[..1] } else { &OPTIONS }
}

pub fn folder(dice: &mut Dice) -> &'static str {
    FOLDERS[dice.below(FOLDERS.len())]
}

/// Two to four tables, three to eight views in layers.
pub fn project(dice: &mut Dice, version: usize) -> Model {
    let mut model = Model::default();
    let mut migration = String::new();
    for _ in 0..dice.between(2, 4) {
        let name = model.name('t');
        let mut columns = Vec::new();
        for _ in 0..dice.between(2, 5) {
            columns.push((model.name('c'), a_type(dice)));
        }
        let declared: Vec<_> =
            columns.iter().map(|(column, of)| format!("{} {of}", quoted(column))).collect();
        migration.push_str(&format!("create table {} ({});\n", quoted(&name), declared.join(", ")));
        model.tables.push(Table { name, columns });
    }
    model.migrations.push(migration);
    for _ in 0..dice.between(3, 8) {
        let view = view(dice, &mut model, version);
        model.views.push(view);
    }
    model
}

pub fn a_type(dice: &mut Dice) -> Type {
    TYPES[dice.below(TYPES.len())]
}

/// A new view on what there is.
pub fn view(dice: &mut Dice, model: &mut Model, version: usize) -> View {
    let name = model.name('v');
    let mut sources = Vec::new();
    for _ in 0..dice.weighted(&[(3, 1), (1, 2)]) {
        // Rather on a view than on a table, so that there are layers.
        let on_view = !model.views.is_empty() && dice.chance(65);
        sources.push(match on_view {
            true => model.views[dice.below(model.views.len())].name.clone(),
            false => model.tables[dice.below(model.tables.len())].name.clone(),
        });
    }
    let mut view = View {
        name,
        folder: folder(dice),
        renamed_from: None,
        star: dice.chance(15),
        columns: Vec::new(),
        filter: None,
        sources,
        ordered: dice.chance(15),
        comments: Default::default(),
        grants: Default::default(),
        options: Default::default(),
        altered: dice.chance(30),
        owned: dice.chance(10),
        note: if dice.chance(20) { dice.between(1, 9) } else { 0 },
    };
    for _ in 0..dice.between(1, 4) {
        let column = column(dice, model, &view);
        view.columns.push(column);
    }
    if dice.chance(25) {
        view.filter = a_source_column(dice, model, &view).map(|(source, (column, _))| (source, column));
    }
    for _ in 0..dice.weighted(&[(3, 0), (3, 1), (2, 2), (1, 3)]) {
        comment(dice, model, &mut view);
        grant(dice, model, &mut view);
    }
    if dice.chance(20) {
        option(dice, &mut view, version);
    }
    view
}

/// A new column of a view.
pub fn column(dice: &mut Dice, model: &mut Model, view: &View) -> Column {
    let name = model.name('c');
    match dice.weighted(&[(12, 0), (1, 1), (1, 2)]) {
        0 if let Some((source, (column, of))) = a_source_column(dice, model, view) => {
            let cast = Some(a_type(dice)).filter(|&cast| of.casts_to(cast) && dice.chance(30));
            Column { name, expression: Expression::Column { source, column }, cast }
        }
        1 => Column { name, expression: Expression::Count, cast: None },
        _ => Column { name, expression: Expression::Constant(dice.below(100)), cast: None },
    }
}

pub fn a_source_column(dice: &mut Dice, model: &Model, view: &View) -> Option<(usize, Typed)> {
    let source = dice.below(view.sources.len());
    let columns = model.columns(&view.sources[source])?;
    Some((source, dice.pick(&columns)?.clone()))
}

/// One of the view's own columns, or the view.
fn target(dice: &mut Dice, model: &Model, view: &View) -> Option<String> {
    let columns = model.columns_of(view).unwrap_or_default();
    match dice.chance(50) {
        true => dice.pick(&columns).map(|(name, _)| name.clone()),
        false => None,
    }
}

/// States another comment.
pub fn comment(dice: &mut Dice, model: &Model, view: &mut View) {
    let text = format!("said in the file {}", dice.below(100));
    view.comments.insert(target(dice, model, view), text);
}

/// States another grant.
pub fn grant(dice: &mut Dice, model: &Model, view: &mut View) {
    let role = FILE_ROLES[dice.below(FILE_ROLES.len())];
    let privilege = dice.weighted(&[(3, "select"), (1, "insert")]);
    view.grants.insert((role, privilege, target(dice, model, view)));
}

/// States another option, or another value.
pub fn option(dice: &mut Dice, view: &mut View, version: usize) {
    let known = options(version);
    view.options.insert(known[dice.below(known.len())], dice.chance(70));
}
