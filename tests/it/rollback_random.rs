//! Random releases of a random project, and rollbacks between them: after each the schema is that of a fresh install of that
//! release, with what a person added, and the release's own binary finds nothing to do.
//!
//! `VIEWKEEPER_ROLLBACKS` says how many cases are run; each says its seed, and `VIEWKEEPER_SEED` runs that one again.

use std::env;
use std::fmt::Write;

use crate::random::dice::Dice;
use crate::support::{Case, Files, laws, project};

const CASES: u64 = 6;
const RELEASES: usize = 5;
const ROLLBACKS: usize = 4;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    View,
    Materialized,
    Function,
    Trigger,
}

/// An object of a file.
#[derive(Clone, Debug)]
struct Slot {
    kind: Kind,
    name: String,
    earlier: Option<String>,
    /// The type of its column `id`, or of its argument.
    of: &'static str,
    /// Columns after the first one.
    columns: Vec<usize>,
    /// Slots before it: the relation that it reads, and the function that it calls.
    reads: Option<usize>,
    calls: Option<usize>,
    comment: Option<usize>,
    grants: bool,
    /// Something of its text that is no more than a text.
    remark: usize,
}

/// The files of a release; the first slot is a view that is always there.
#[derive(Clone, Debug)]
struct Model {
    slots: Vec<Option<Slot>>,
    names: usize,
}

const TYPES: [&str; 3] = ["integer", "bigint", "text"];

impl Model {
    fn new(dice: &mut Dice) -> Self {
        let mut model = Model { slots: vec![None; 8], names: 0 };
        for place in 0..model.slots.len() {
            if place == 0 || dice.chance(70) {
                model.slots[place] = Some(model.slot(dice, place));
            }
        }
        model
    }

    fn slot(&mut self, dice: &mut Dice, place: usize) -> Slot {
        self.names += 1;
        let kinds = [(4, Kind::View), (2, Kind::Materialized), (2, Kind::Function), (1, Kind::Trigger)];
        let kind = if place == 0 { Kind::View } else { dice.weighted(&kinds) };
        let name = if place == 0 { "base".to_owned() } else { format!("n{}", self.names) };
        let mut slot = Slot {
            kind,
            name,
            earlier: None,
            of: TYPES[dice.below(3)],
            columns: (0..dice.below(3)).collect(),
            reads: None,
            calls: None,
            comment: None,
            grants: dice.chance(30),
            remark: 0,
        };
        self.edges(dice, place, &mut slot);
        slot
    }

    /// Other references, to what is there before it.
    fn edges(&self, dice: &mut Dice, place: usize, slot: &mut Slot) {
        let of = |wanted: &[Kind]| -> Vec<usize> {
            let known = self.slots[..place].iter().enumerate();
            let fits =
                known.filter(|(_, slot)| slot.as_ref().is_some_and(|slot| wanted.contains(&slot.kind)));
            fits.map(|(place, _)| place).collect()
        };
        slot.reads = dice.pick(&of(&[Kind::View, Kind::Materialized])).copied().filter(|_| dice.chance(70));
        slot.calls = dice.pick(&of(&[Kind::Function])).copied().filter(|_| dice.chance(50));
    }

    /// What a developer does between two releases.
    fn edit(&mut self, dice: &mut Dice) {
        for _ in 0..dice.between(1, 4) {
            let place = dice.below(self.slots.len());
            match self.slots[place].clone() {
                None => self.slots[place] = Some(self.slot(dice, place)),
                Some(_) if place > 0 && dice.chance(20) => self.slots[place] = None,
                Some(mut slot) => {
                    match dice.below(7) {
                        0 => slot.of = TYPES[dice.below(3)],
                        1 => slot.columns = (0..dice.below(4)).rev().collect(),
                        2 => self.edges(dice, place, &mut slot),
                        3 => slot.comment = Some(dice.below(3)).filter(|_| dice.chance(70)),
                        4 => slot.grants = !slot.grants,
                        5 if place > 0 => {
                            self.names += 1;
                            slot.earlier =
                                Some(std::mem::replace(&mut slot.name, format!("n{}", self.names)));
                        }
                        _ => slot.remark += 1,
                    }
                    if place > 0 && dice.chance(8) && matches!(slot.kind, Kind::View | Kind::Materialized) {
                        slot.kind = if slot.kind == Kind::View { Kind::Materialized } else { Kind::View };
                    }
                    self.slots[place] = Some(slot);
                }
            }
        }
        // What lost its footing stands on the table.
        for place in 0..self.slots.len() {
            let is = |of: Option<usize>, function: bool, model: &Model| {
                of.filter(|&of| {
                    let slot = model.slots[of].as_ref();
                    slot.is_some_and(|slot| {
                        (slot.kind == Kind::Function) == function && slot.kind != Kind::Trigger
                    })
                })
            };
            let Some(mut slot) = self.slots[place].take() else { continue };
            slot.reads = is(slot.reads, false, self);
            slot.calls = is(slot.calls, true, self);
            self.slots[place] = Some(slot);
        }
    }

    fn files(&self) -> Files {
        let mut files =
            project("app").file("migrations/V1__t.sql", "create table t (id int, name text);\n").file(
                "trg.sql",
                "create function trg() returns trigger language plpgsql as 'begin return new; end';\n",
            );
        for (place, slot) in self.slots.iter().enumerate() {
            if let Some(slot) = slot {
                files = files.file(&format!("o{place}.sql"), &self.text(slot));
            }
        }
        files
    }

    fn text(&self, slot: &Slot) -> String {
        let mut text = format!("-- remark {}\n", slot.remark);
        if let Some(earlier) = &slot.earlier {
            let _ = writeln!(text, "-- viewkeeper: renamed-from {earlier}");
        }
        let Slot { name, of, .. } = slot;
        let named = |place: Option<usize>| self.slots[place?].as_ref();
        let object = match slot.kind {
            Kind::View | Kind::Materialized => {
                let kind = if slot.kind == Kind::View { "view" } else { "materialized view" };
                let _ = write!(text, "create {kind} {name} as\nselect s.id::text::{of} as id");
                for column in &slot.columns {
                    let _ = write!(text, ", {column} as c{column}");
                }
                if let Some(function) = named(slot.calls) {
                    let _ = write!(text, ", {}(null::{}) as called", function.name, function.of);
                }
                let source = named(slot.reads).map_or("t", |slot| slot.name.as_str());
                let _ = writeln!(text, "\n  from {source} s;");
                if slot.kind == Kind::Materialized && slot.remark % 2 == 1 {
                    let _ = writeln!(text, "create index {name}_id on {name} (id);");
                }
                format!("{kind} {name}")
            }
            Kind::Function => {
                let remark = slot.remark;
                let _ = writeln!(
                    text,
                    "create function {name}(x {of}) returns integer language sql immutable as 'select {remark}';"
                );
                format!("function {name}({of})")
            }
            Kind::Trigger => {
                let event = if slot.remark.is_multiple_of(2) { "insert" } else { "update" };
                let _ = writeln!(
                    text,
                    "create trigger {name} before {event} on t for each row execute function trg();"
                );
                format!("trigger {name} on t")
            }
        };
        if let Some(comment) = slot.comment {
            let _ = writeln!(text, "-- said of it\ncomment on {object} is 'comment {comment}';");
        }
        if slot.grants && matches!(slot.kind, Kind::View | Kind::Materialized) {
            let _ = writeln!(text, "grant select on {name} to public;");
        }
        text
    }
}

#[test]
fn whichever_release_one_goes_back_to_ends_where_a_fresh_install_of_it_does() {
    let number = |name: &str| env::var(name).ok().and_then(|value| value.parse::<u64>().ok());
    let seeds = match number("VIEWKEEPER_SEED") {
        Some(seed) => seed..=seed,
        None => 1..=number("VIEWKEEPER_ROLLBACKS").unwrap_or(CASES),
    };
    for seed in seeds {
        println!("VIEWKEEPER_SEED={seed}");
        case(&mut Dice::new(seed));
    }
}

fn case(dice: &mut Dice) {
    let mut model = Model::new(dice);
    let mut releases: Vec<Files> = vec![model.files()];
    let mut case = Case::applied(&releases[0]);
    case.damage("insert into t values (1, 'one')");
    let hand = "comment on column base.id is 'by hand'; grant update on base to public";
    case.damage(hand);
    while releases.len() < RELEASES {
        model.edit(dice);
        for slot in &model.slots {
            println!("{}", slot.as_ref().map_or("-".to_owned(), |slot| model.text(slot)));
        }
        println!("----");
        releases.push(model.files());
        case.run(&releases[releases.len() - 1]);
    }
    let checksum = |to: usize| releases[to].migrator().project().release().checksum;
    let mut standing = checksum(releases.len() - 1);
    for _ in 0..ROLLBACKS {
        let to = dice.below(releases.len());
        let checksum = checksum(to);
        // The one that stands keeps what it retired until the next one.
        if std::mem::replace(&mut standing, checksum.clone()) == checksum {
            continue;
        }
        println!("back to release {}", to + 1);
        let migrator = project("app").migrator();
        let plan = migrator.plan_rollback(&mut case.client, checksum.as_str());
        let plan = plan.unwrap_or_else(|error| panic!("{error:?}"));
        let report = migrator.rollback_as_planned(&mut case.client, &plan);
        println!("{}", report.unwrap_or_else(|error| panic!("{error:?}")));
        laws::equals_a_fresh_install(&case.database, &releases[to], &[hand.to_owned()]);
        laws::second_run_is_a_no_op(&case.database, &mut case.client, &releases[to]);
    }
}
