//! Random projects, random changes of their files and random hands in the database: after every run the schema is that of
//! a fresh install to which the same things were added by hand, and a second run is a no-op.
//!
//! `VIEWKEEPER_CASES` says how many cases are run, 500 where it says nothing. A case that fails prints its seed and
//! everything that was done in it; `VIEWKEEPER_SEED` runs that one again. The seeds are the same
//! in every run, so that a red run speaks of what was changed; `VIEWKEEPER_SEEDS=new` takes others.

mod damage;
pub mod dice;
mod edits;
mod hand;
mod model;
mod start;
mod text;
mod world;

use std::fmt::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Instant, SystemTime, UNIX_EPOCH};
use std::{env, thread};

use damage::Damage;
use dice::Dice;
use edits::Edit;
use hand::{Addition, Hand, Misfit, What};
use model::{FILE_ROLES, HAND_ROLE, Model, OWNER, Relation, Retired};
use world::{Ledger, Story, World};

use crate::support::{Files, major, server};

const CASES: usize = 500;
const THREADS: usize = 4;

/// As after a dump and a restore into another server: the ledger's oids mean other objects by now.
const ELSEWHERE: &str = "update viewkeeper.project set system_identifier = system_identifier + 1; \
     update viewkeeper.object o set oid = n.oid \
       from (select identity, lead(oid, 1, 1259::oid) over (order by identity) as oid from viewkeeper.object) n \
      where n.identity = o.identity; \
     update viewkeeper.dependency set oid = (oid::int8 + 1259)::oid";

#[test]
fn whatever_is_done_the_next_run_ends_where_a_fresh_install_does() {
    let number = |name: &str| env::var(name).ok().and_then(|value| value.parse::<u64>().ok());
    let seed = number("VIEWKEEPER_SEED");
    let cases =
        if seed.is_some() { 1 } else { number("VIEWKEEPER_CASES").map_or(CASES, |cases| cases as usize) };
    let clock = || SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_nanos() as u64;
    let first = if env::var("VIEWKEEPER_SEEDS").is_ok_and(|seeds| seeds == "new") { clock() } else { 1 };
    let mut dice = Dice::new(seed.unwrap_or(first));
    let seeds: Vec<u64> = (0..cases).map(|_| seed.unwrap_or_else(|| dice.throw())).collect();

    let began = Instant::now();
    let roles = Roles::new();
    let (next, runs, refusals) = (AtomicUsize::new(0), AtomicUsize::new(0), AtomicUsize::new(0));
    let failures = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..THREADS.min(cases) {
            scope.spawn(|| {
                let mut world = World::new();
                while let Some(&seed) = seeds.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let mut story = Story::new();
                    let dice = Dice::new(seed);
                    let mut case = Case { world: &mut world, story: &mut story, dice, runs: 0, refusals: 0 };
                    let result = catch_unwind(AssertUnwindSafe(|| case.run(roles.version)));
                    runs.fetch_add(case.runs, Ordering::Relaxed);
                    refusals.fetch_add(case.refusals, Ordering::Relaxed);
                    if let Err(problem) = result.unwrap_or_else(|panic| Err(said(&*panic))) {
                        let failure = format!("VIEWKEEPER_SEED={seed}\n{story}\n{problem}");
                        failures.lock().expect("nothing panics here").push(failure);
                        world = World::new();
                    }
                }
            });
        }
    });
    drop(roles);
    let failures = failures.into_inner().expect("nothing panics here");
    let (runs, refusals) = (runs.into_inner(), refusals.into_inner());
    println!("{cases} cases, {runs} runs and {refusals} refusals in {:.1?}", began.elapsed());
    assert!(failures.is_empty(), "{} of {cases} cases failed\n\n{}", failures.len(), failures.join("\n\n\n"));
}

/// What a panic said.
fn said(panic: &(dyn std::any::Any + Send)) -> String {
    let text =
        panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    format!("panicked: {}", text.unwrap_or("with something that is no text"))
}

/// The roles that the cases name; gone with this value.
struct Roles {
    version: usize,
}

impl Roles {
    const ALL: [&str; 4] = [OWNER, FILE_ROLES[0], FILE_ROLES[1], HAND_ROLE];

    fn new() -> Self {
        Self::each(|role| {
            // A materialized view is filled with the rights of those whose views it reads.
            let known = format!("if to_regrole('{role}') is null then create role {role}; end if");
            format!("do $do$ begin {known}; end $do$; grant pg_read_all_data to {role}")
        });
        Roles { version: major() as usize }
    }

    fn each(sql: impl Fn(&str) -> String) {
        let database = server().database().unwrap_or_else(|error| panic!("{error}"));
        let mut client = database.connect().unwrap_or_else(|error| panic!("{error}"));
        for sql in Self::ALL.map(sql) {
            client.batch_execute(&sql).unwrap_or_else(|error| panic!("{sql}: {error:?}"));
        }
    }
}

impl Drop for Roles {
    fn drop(&mut self) {
        Self::each(|role| format!("drop role {role}"));
    }
}

/// One case: a project, and what becomes of it.
struct Case<'c> {
    world: &'c mut World,
    story: &'c mut Story,
    dice: Dice,
    runs: usize,
    refusals: usize,
}

impl Case<'_> {
    fn run(&mut self, version: usize) -> Result<(), String> {
        // The ledger is made anew now and then: that is dear.
        let ledger = if self.dice.chance(10) { Ledger::New } else { Ledger::Empty };
        self.world.reset(ledger);
        let runs = self.dice.between(2, 4);
        let mut model = start::project(&mut self.dice, version);
        let mut hand = Hand::default();
        let mut files = model.files();
        self.tell(None, &files);
        let mut release = self.world.run(&files)?.release;
        self.runs += 1;
        self.world.second_run_is_a_no_op(&files)?;
        for _ in 1..runs {
            model = model.installed();
            self.add(&mut model, &mut hand, version)?;
            let damaged = self.damage(&mut model, &mut hand)?;
            // What also has another name cannot be found there.
            let moved =
                |(damage, _): &(Damage, Relation)| matches!(damage, Damage::RenameView | Damage::MoveView);
            if self.dice.chance(10) && !damaged.done.iter().any(moved) {
                self.world.by_hand(ELSEWHERE, self.story)?;
            }
            let installed = model.clone();
            self.edit(&installed, &mut model, &mut hand, version, &damaged)?;
            let changed = model.files();
            self.tell(Some(&files), &changed);
            files = changed;
            let report = self.world.run(&files)?;
            self.runs += 1;
            let _ = writeln!(self.story, "{report}");
            if report.release != release {
                release = report.release;
                model.retired.retain(|retired| retired.fresh);
                model.retired.iter_mut().for_each(|retired| retired.fresh = false);
                hand.follow(&model);
            }
            self.world.second_run_is_a_no_op(&files)?;
            self.world.equals_a_fresh_install(&model, &files, &hand)?;
            let standing: Vec<_> = model.standing().iter().map(|view| view.name.clone()).collect();
            model.retired.retain(|retired| standing.contains(&retired.view.name));
            hand.follow(&model);
        }
        Ok(())
    }

    /// A person adds something.
    fn add(&mut self, model: &mut Model, hand: &mut Hand, version: usize) -> Result<(), String> {
        for _ in 0..self.dice.below(7) {
            if let Some(addition) = hand::add(&mut self.dice, model, hand, version) {
                self.world.by_hand(&addition.sql(), self.story)?;
                hand.0.push(addition);
            }
        }
        Ok(())
    }

    /// A person breaks something.
    fn damage(&mut self, model: &mut Model, hand: &mut Hand) -> Result<Damaged, String> {
        let mut damaged = Damaged::default();
        for _ in 0..self.dice.weighted(&[(3, 0), (3, 1), (2, 2), (1, 3)]) {
            let Some(done) = damage::damage(&mut self.dice, model, hand, &damaged.touched) else { continue };
            self.world.by_hand(&done.sql, self.story)?;
            model.retired.retain(|retired| !done.gone.contains(&retired.view.relation()));
            damaged.touched.extend([&done.touched].into_iter().chain(&done.gone).cloned());
            damaged.gone.extend(done.gone);
            damaged.done.push((done.damage, done.touched));
        }
        Ok(damaged)
    }

    /// A developer changes the files, so that everything fits that a person built.
    fn edit(
        &mut self,
        installed: &Model,
        model: &mut Model,
        hand: &mut Hand,
        version: usize,
        damaged: &Damaged,
    ) -> Result<(), String> {
        if self.dice.chance(15) {
            self.misfit(installed, hand, version, damaged)?;
        }
        for _ in 0..self.dice.weighted(&[(2, 0), (3, 1), (3, 2), (2, 3), (1, 5)]) {
            let Some(changed) = self.change(installed, model, hand, version, damaged) else { continue };
            if changed.misfits.is_empty() {
                (*model, *hand) = (changed.model, changed.hand);
            }
        }
        for view in &mut model.views {
            let before = installed.view(view.renamed_before(installed));
            let (Some(before), relation) = (before, view.relation()) else { continue };
            if before.owned && !view.owned && !damaged.gone.contains(&before.relation()) {
                if damaged.done.contains(&(Damage::ChangeOwner, before.relation())) {
                    view.owned = true;
                } else {
                    // The owner stays.
                    hand.0.push(Addition { on: relation, what: What::Owner });
                }
            }
        }
        hand.follow(model);
        Ok(())
    }

    /// One change of the files.
    fn change(
        &mut self,
        installed: &Model,
        model: &Model,
        hand: &Hand,
        version: usize,
        damaged: &Damaged,
    ) -> Option<Changed> {
        let (mut model, mut hand) = (model.clone(), hand.clone());
        let edited = edits::edit(&mut self.dice, installed, &mut model, version)?;
        if let Some((old, new)) = &edited.view {
            hand.rename(old, new);
        }
        if let Some(((table, old), new)) = &edited.column {
            hand.rename_column(table, old, new);
        }
        if is_kept(&model, damaged) {
            return None;
        }
        model.retired.retain(|retired| !damaged.gone.contains(&retired.view.relation()));
        let misfits = hand.misfits(&model);
        let supported = is_supported(installed, &model, &hand, damaged);
        supported.then_some(Changed { edit: edited.edit, model, hand, misfits })
    }

    /// A developer takes away what a person's views read, where there is such a thing: that is refused.
    fn misfit(
        &mut self,
        installed: &Model,
        hand: &Hand,
        version: usize,
        damaged: &Damaged,
    ) -> Result<(), String> {
        for _ in 0..20 {
            let Some(changed) = self.change(installed, installed, hand, version, damaged) else { continue };
            let misfit = changed.misfits.iter().find_map(|misfit| match misfit {
                Misfit::Relation(relation) => Some(relation),
                Misfit::Default => None,
            });
            // A view that something stands on is dropped by the next release, not by this one.
            if let Some(relation) = misfit.filter(|_| changed.edit != Edit::DeleteView) {
                let files = changed.model.files();
                let _ = writeln!(self.story, "must be refused because of {relation}:");
                self.tell(Some(&installed.files()), &files);
                self.refusals += 1;
                return self.world.refused(&files, relation);
            }
        }
        Ok(())
    }

    /// Tells the files that are not as before.
    fn tell(&mut self, before: Option<&Files>, files: &Files) {
        let known = before.map_or(&[][..], Files::files);
        for (path, text) in files.files().iter().filter(|file| !known.contains(file)) {
            let _ = writeln!(self.story, "file {path}:\n{text}");
        }
        for (path, _) in known.iter().filter(|(path, _)| !files.files().iter().any(|(new, _)| new == path)) {
            let _ = writeln!(self.story, "no file {path} any more");
        }
        let _ = writeln!(self.story, "run");
    }
}

/// What a developer did, and what does not fit to it.
struct Changed {
    edit: Edit,
    model: Model,
    hand: Hand,
    misfits: Vec<Misfit>,
}

/// Whoever changed a view whose file goes keeps it, and so does whoever made it again.
fn is_kept(model: &Model, damaged: &Damaged) -> bool {
    let changed = |of: &Relation| {
        let mut done = damaged.done.iter().filter(|(_, on)| on == of);
        done.any(|(damage, _)| *damage != Damage::DropCascade)
    };
    model.retired.iter().any(|retired| changed(&retired.view.relation()))
}

/// What is not done yet, and is left out until it is.
fn is_supported(installed: &Model, changed: &Model, hand: &Hand, damaged: &Damaged) -> bool {
    // A file that comes back is not known to state less than before.
    let less =
        |old: &Retired| changed.view(&old.view.name).is_some_and(|view| view.states_less_than(&old.view));
    let migrations = &changed.migrations[installed.migrations.len()..];
    // A view that is to go is taken for one that a person changed.
    let follows = migrations.iter().any(|text| text.contains("rename column"));
    if installed.retired.iter().any(|old| less(old) || follows) {
        return false;
    }
    // What a person built does not follow a view that is renamed and steps aside; a view that is to go and steps aside is not
    // put back on one that is made anew.
    let steps_aside = migrations.iter().any(|text| text.contains(" type ") || text.contains("drop column"));
    let renamed = changed.views.iter().any(|view| view.renamed_before(installed) != view.name);
    if steps_aside && ((renamed && hand.has_relations()) || !changed.retired.is_empty()) {
        return false;
    }
    let files = |of: &Model| of.views.iter().map(text::file).collect::<Vec<_>>();
    damaged.done.iter().all(|(damage, _)| match damage {
        // A column gets its name back only when nothing else changes.
        Damage::RenameColumn => migrations.is_empty() && files(installed) == files(changed),
        // What was renamed and steps aside is not known any more to what a person built on it.
        Damage::RenameView | Damage::MoveView => migrations.is_empty() || !hand.has_relations(),
        // What steps aside and is the same does not get what its file states beside it.
        Damage::RevokeStated | Damage::ChangeComment | Damage::ChangeOption | Damage::ChangeOwner => {
            migrations.is_empty()
        }
        _ => true,
    })
}

/// What a person did since the last run.
#[derive(Default)]
struct Damaged {
    done: Vec<(Damage, Relation)>,
    /// What was damaged, and what went with it.
    touched: Vec<Relation>,
    gone: Vec<Relation>,
}
