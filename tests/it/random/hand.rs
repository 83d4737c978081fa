//! What a person added by hand and must keep.

use super::dice::Dice;
use super::model::{APP, BI, FILE_ROLES, HAND_ROLE, Model, OWNER, Relation, Type, Typed, quoted};
use super::start;

/// One thing that a person added.
#[derive(Clone, Debug)]
pub struct Addition {
    /// What it is on; for a relation of the person's own, itself.
    pub on: Relation,
    pub what: What,
}

#[derive(Clone, Debug)]
pub enum What {
    Grant {
        privilege: &'static str,
        column: Option<String>,
        role: &'static str,
        grantable: bool,
    },
    Comment {
        column: Option<String>,
        text: String,
    },
    Set {
        key: &'static str,
        value: bool,
    },
    Default {
        column: String,
        of: Type,
    },
    Owner,
    Trigger {
        name: String,
    },
    /// A view or materialized view on relations, with these columns of theirs.
    Relation {
        materialized: bool,
        sources: Vec<Relation>,
        columns: Vec<(usize, String)>,
    },
    Index {
        name: String,
        column: String,
    },
}

impl Addition {
    /// The statement that adds it.
    pub fn sql(&self) -> String {
        let on = &self.on;
        let of = |column: &Option<String>| {
            column.as_ref().map(|column| format!(" ({})", quoted(column))).unwrap_or_default()
        };
        match &self.what {
            What::Grant { privilege, column, role, grantable } => {
                let option = if *grantable { " with grant option" } else { "" };
                format!("grant {privilege}{} on {on} to {role}{option}", of(column))
            }
            What::Comment { column: Some(column), text } => {
                format!("comment on column {on}.{} is '{text}'", quoted(column))
            }
            What::Comment { column: None, text } => format!("comment on view {on} is '{text}'"),
            What::Set { key, value } => format!("alter view {on} set ({key} = {value})"),
            What::Default { column, of } => {
                let value = if *of == Type::Date { "2024-02-29" } else { "7" };
                format!("alter view {on} alter column {} set default '{value}'", quoted(column))
            }
            What::Owner => format!("alter view {on} owner to {OWNER}"),
            What::Trigger { name } => format!(
                "create trigger {name} instead of insert on {on} for each row execute function {BI}.nothing()"
            ),
            What::Relation { materialized, sources, columns } => {
                let kind = if *materialized { "materialized view" } else { "view" };
                let columns: Vec<_> = columns
                    .iter()
                    .enumerate()
                    .map(|(i, (source, column))| format!("s{source}.{} as x{i}", quoted(column)))
                    .collect();
                let sources: Vec<_> =
                    sources.iter().enumerate().map(|(i, of)| format!("{of} s{i}")).collect();
                format!(
                    "create {kind} {on} as select {} from {}",
                    columns.join(", "),
                    sources.join(" cross join ")
                )
            }
            What::Index { name, column } => format!("create index {name} on {on} ({})", quoted(column)),
        }
    }

    /// The column of its relation that it is on.
    fn column(&self) -> Option<&str> {
        match &self.what {
            What::Grant { column, .. } | What::Comment { column, .. } => column.as_deref(),
            What::Default { column, .. } | What::Index { column, .. } => Some(column),
            _ => None,
        }
    }
}

/// All that a person added, in order.
#[derive(Clone, Debug, Default)]
pub struct Hand(pub Vec<Addition>);

impl Hand {
    /// The columns of a relation, where it is there.
    fn columns(&self, model: &Model, relation: &Relation) -> Option<Vec<Typed>> {
        if relation.schema == APP {
            return model.columns(&relation.name);
        }
        let added = self.0.iter().find(|added| added.on == *relation)?;
        let What::Relation { sources, columns, .. } = &added.what else { return None };
        let below: Option<Vec<_>> = sources.iter().map(|source| self.columns(model, source)).collect();
        let below = below?;
        let typed = |(i, (source, name)): (usize, &(usize, String))| {
            let (_, of) = below[*source].iter().find(|(column, _)| column == name)?;
            Some((format!("x{i}"), *of))
        };
        columns.iter().enumerate().map(typed).collect()
    }

    /// The views and materialized views of a person.
    fn relations(&self) -> impl Iterator<Item = (&Relation, bool)> {
        self.0.iter().filter_map(|added| match &added.what {
            What::Relation { materialized, .. } => Some((&added.on, *materialized)),
            _ => None,
        })
    }

    pub fn has_relations(&self) -> bool {
        self.relations().next().is_some()
    }

    fn is_materialized(&self, relation: &Relation) -> bool {
        self.relations().any(|(of, materialized)| of == relation && materialized)
    }

    /// The statements that make them anew on a fresh install.
    pub fn statements(&self, model: &Model) -> Vec<String> {
        let there = |added: &&Addition| added.on.schema == BI || model.columns(&added.on.name).is_some();
        self.0.iter().filter(there).map(Addition::sql).collect()
    }

    /// What a person built that no longer fits to these files.
    pub fn misfits(&self, model: &Model) -> Vec<Misfit> {
        let mut misfits = Vec::new();
        for added in &self.0 {
            match &added.what {
                What::Relation { .. } if self.columns(model, &added.on).is_none() => {
                    misfits.push(Misfit::Relation(added.on.clone()));
                }
                What::Default { column, of } => {
                    let now = self.columns(model, &added.on).unwrap_or_default();
                    if now.iter().any(|(name, now)| name == column && now != of) {
                        misfits.push(Misfit::Default);
                    }
                }
                _ => {}
            }
        }
        misfits
    }

    /// The files changed: what they state now is theirs, and what was on a column that is gone is gone.
    pub fn follow(&mut self, model: &Model) {
        let all = self.clone();
        self.0.retain(|added| {
            let retired = || model.retired.iter().any(|retired| retired.view.name == added.on.name);
            let Some(columns) = all.columns(model, &added.on) else {
                return added.on.schema == APP && retired();
            };
            if added.column().is_some_and(|name| !columns.iter().any(|(column, _)| column == name)) {
                return false;
            }
            let Some(view) = model.view(&added.on.name).filter(|_| added.on.schema == APP) else {
                return true;
            };
            match &added.what {
                What::Comment { column, .. } => !view.comments.contains_key(column),
                What::Set { key, .. } => !view.options.contains_key(key),
                What::Owner => !view.owned,
                _ => true,
            }
        });
    }

    /// A view has another name.
    pub fn rename(&mut self, old: &str, new: &str) {
        let (old, new) = (Relation::app(old), Relation::app(new));
        for added in &mut self.0 {
            let sources = match &mut added.what {
                What::Relation { sources, .. } => &mut sources[..],
                _ => &mut [],
            };
            for relation in sources.iter_mut().chain([&mut added.on]).filter(|relation| **relation == old) {
                relation.clone_from(&new);
            }
        }
    }

    /// A table's column has another name: the server follows in what reads it.
    pub fn rename_column(&mut self, table: &str, old: &str, new: &str) {
        let table = Relation::app(table);
        for added in &mut self.0 {
            let What::Relation { sources, columns, .. } = &mut added.what else { continue };
            for (source, column) in columns {
                if sources[*source] == table && column == old {
                    new.clone_into(column);
                }
            }
        }
    }

    /// All that reads the relation, and all that reads that.
    pub fn above(&self, model: &Model, relation: &Relation) -> Vec<Relation> {
        let mut found = vec![relation.clone()];
        let mut next = 0;
        while next < found.len() {
            let below = found[next].clone();
            let reads = |name: &String| Relation::app(name) == below;
            let retired = model.retired.iter().map(|retired| &retired.view);
            let views = model.stored.iter().chain(retired).filter(|view| view.sources.iter().any(reads));
            let mine = self.0.iter().filter(
                |added| matches!(&added.what, What::Relation { sources, .. } if sources.contains(&below)),
            );
            let above: Vec<_> =
                views.map(|view| view.relation()).chain(mine.map(|added| added.on.clone())).collect();
            found.extend(above.into_iter().filter(|of| !found.contains(of)).collect::<Vec<_>>());
            next += 1;
        }
        found
    }

    /// Everything on these relations is gone, and so are those that are a person's own.
    pub fn lose(&mut self, gone: &[Relation]) {
        self.0.retain(|added| !gone.contains(&added.on));
    }
}

/// What does not fit to the files any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Misfit {
    /// It reads what is gone.
    Relation(Relation),
    /// It is of another type than its column.
    Default,
}

/// Something that a person adds to what stands.
pub fn add(dice: &mut Dice, model: &mut Model, hand: &Hand, version: usize) -> Option<Addition> {
    let view = dice.pick(&model.views)?.clone();
    let mine: Vec<_> = hand.relations().map(|(of, _)| of.clone()).collect();
    let on = match dice.pick(&mine) {
        Some(mine) if dice.chance(30) => mine.clone(),
        _ => view.relation(),
    };
    let ours = on.schema == APP;
    let columns = hand.columns(model, &on)?;
    let column = dice.pick(&columns).cloned()?;
    let name = Some(column.0.clone()).filter(|_| dice.chance(50));
    let what = match dice.weighted(&[(5, 0), (5, 1), (2, 2), (2, 3), (1, 4), (1, 5), (6, 6), (2, 7)]) {
        0 => {
            let (privilege, role) = match dice.chance(50) {
                true => ("select", HAND_ROLE),
                false => (dice.weighted(&[(1, "update"), (1, "references")]), FILE_ROLES[dice.below(2)]),
            };
            What::Grant { privilege, column: name, role, grantable: dice.chance(25) }
        }
        1 if !hand.is_materialized(&on) && (!ours || !view.comments.contains_key(&name)) => {
            What::Comment { column: name, text: format!("said by hand {}", dice.below(100)) }
        }
        2 if !hand.is_materialized(&on) => {
            let known = start::options(version);
            let key = known[dice.below(known.len())];
            if ours && view.options.contains_key(key) {
                return None;
            }
            What::Set { key, value: dice.chance(70) }
        }
        3 if ours => What::Default { column: column.0, of: column.1 },
        4 if ours && !view.owned => What::Owner,
        5 if ours => What::Trigger { name: model.name('t').replace(' ', "_").to_lowercase() },
        6 => return a_relation(dice, model, hand, on),
        7 => {
            let materialized: Vec<_> =
                hand.relations().filter(|(_, it)| *it).map(|(of, _)| of.clone()).collect();
            let on = dice.pick(&materialized)?.clone();
            let column = dice.pick(&hand.columns(model, &on)?)?.0.clone();
            let name = model.name('i').replace(' ', "_").to_lowercase();
            return Some(Addition { on, what: What::Index { name, column } });
        }
        _ => return None,
    };
    Some(Addition { on, what })
}

/// A view of a person's own on this relation, and sometimes on another one.
fn a_relation(dice: &mut Dice, model: &mut Model, hand: &Hand, first: Relation) -> Option<Addition> {
    let mut sources = vec![first];
    if dice.chance(30) {
        sources.push(match dice.chance(50) {
            true => dice.pick(&model.views)?.relation(),
            false => Relation::app(&dice.pick(&model.tables)?.name),
        });
    }
    let mut columns = Vec::new();
    for _ in 0..dice.between(1, 3) {
        let source = dice.below(sources.len());
        let known = hand.columns(model, &sources[source])?;
        columns.push((source, dice.pick(&known)?.0.clone()));
    }
    let materialized = dice.chance(25);
    let on = Relation { schema: BI, name: model.name(if materialized { 'm' } else { 'f' }) };
    Some(Addition { on, what: What::Relation { materialized, sources, columns } })
}
