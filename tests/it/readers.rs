//! Readers go on while views are healed and rebuilt under them, again and again.
//!
//! `--nocapture` shows how often that was, how often a run gave way, for how long it held exclusive locks, and what the
//! readers felt of it.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use postgres::error::SqlState;
use postgres::{Client, Config, NoTls, Statement};
use viewkeeper::Report;
use viewkeeper::report::{Outcome, Verb};

use crate::support::{Case, Files, project};

const RUNNING: Duration = Duration::from_secs(30);
const DEADLINE: Duration = Duration::from_millis(100);
/// After this time the server looks for deadlocks, and a reader may be the one that pays: a second by default.
const DEADLOCK_TIMEOUT: Duration = Duration::from_secs(1);
/// What a sample of pg_locks may be late on a busy machine.
const SLACK: Duration = Duration::from_millis(100);
const WIDTH: usize = 4;

/// Three tiers of four views over a table, each on two of the tier below.
fn tiers(of: &str) -> Files {
    let mut files = project("readers").file(
        "migrations/V1__t.sql",
        "create table t (id int primary key, n int not null);\ninsert into t select i, i % 7 from generate_series(1, 50) i;\n",
    );
    for i in 0..WIDTH {
        let j = (i + 1) % WIDTH;
        let cast = if i == 0 { of } else { "int" };
        files = files
            .file(
                &format!("views/base{i}.sql"),
                &format!("create view base{i} as select id, n::{cast} as n from t;\n"),
            )
            .file(
                &format!("views/mid{i}.sql"),
                &above("mid", i, &format!("base{i} a join base{j} b using (id)")),
            )
            .file(
                &format!("views/top{i}.sql"),
                &above("top", i, &format!("mid{i} a join mid{j} b using (id)")),
            );
    }
    files
}

fn above(tier: &str, i: usize, sources: &str) -> String {
    format!("create view {tier}{i} as select id, a.n as n, b.n as m from {sources};\n")
}

/// What changes its columns with the first view.
const AFFECTED: [&str; 6] = ["base0", "mid0", "mid3", "top0", "top2", "top3"];

fn views() -> Vec<String> {
    ["base", "mid", "top"].iter().flat_map(|tier| (0..WIDTH).map(move |i| format!("{tier}{i}"))).collect()
}

/// Numbers that need not be good, but different for each session.
struct Choice(usize);

impl Choice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }

    fn view<'v>(&mut self, views: &'v [String]) -> &'v str {
        &views[self.below(views.len())]
    }
}

/// What a reader felt.
#[derive(Default)]
struct Felt {
    reads: Vec<Duration>,
    errors: Vec<String>,
    /// How often the plan of a prepared statement gave another type than before, by view.
    replanned: BTreeMap<String, usize>,
}

/// A reader: what it does once, until it is over.
fn reader(
    database: &Config,
    over: &AtomicBool,
    seed: usize,
    mut once: impl FnMut(&mut Client, &mut Choice, &mut Felt),
) -> Felt {
    let (mut client, mut choice, mut felt) =
        (database.connect(NoTls).unwrap(), Choice(seed), Felt::default());
    while !over.load(Ordering::Relaxed) {
        once(&mut client, &mut choice, &mut felt);
    }
    felt
}

fn read(client: &mut Client, sql: &str, felt: &mut Felt) {
    let began = Instant::now();
    match client.simple_query(sql) {
        Ok(_) => felt.reads.push(began.elapsed()),
        Err(error) => felt.errors.push(format!("{sql}: {error:?}")),
    }
}

fn in_single_statements(database: &Config, over: &AtomicBool, seed: usize) -> Felt {
    let views = views();
    reader(database, over, seed, |client, choice, felt| {
        read(client, &format!("select * from {}", choice.view(&views)), felt);
    })
}

/// Holds the locks of one statement while it waits for those of the next, in any order.
fn in_transactions(database: &Config, over: &AtomicBool, seed: usize) -> Felt {
    let views = views();
    reader(database, over, seed, |client, choice, felt| {
        client.batch_execute("begin").unwrap();
        for _ in 0..2 + choice.below(3) {
            read(client, &format!("select * from {}", choice.view(&views)), felt);
            thread::sleep(Duration::from_millis(choice.below(5) as u64));
        }
        // After an error it is a rollback.
        client.batch_execute("commit").unwrap();
    })
}

fn with_prepared_statements(database: &Config, over: &AtomicBool, seed: usize) -> Felt {
    let views = views();
    let mut prepared: BTreeMap<String, Statement> = BTreeMap::new();
    reader(database, over, seed, |client, choice, felt| {
        let view = choice.view(&views);
        let began = Instant::now();
        let result = match prepared.get(view) {
            Some(statement) => client.query(statement, &[]).map(drop),
            None => client.prepare(&format!("select * from {view}")).map(|statement| {
                prepared.insert(view.to_owned(), statement);
            }),
        };
        match result {
            Ok(()) => felt.reads.push(began.elapsed()),
            Err(error) if error.code() == Some(&SqlState::FEATURE_NOT_SUPPORTED) => {
                *felt.replanned.entry(view.to_owned()).or_default() += 1;
                prepared.remove(view);
            }
            Err(error) => felt.errors.push(format!("prepared, {view}: {error:?}")),
        }
    })
}

/// The exclusive locks of a session, as another one sees them.
#[derive(Default)]
struct Held {
    /// From the first sample with an exclusive lock on a relation to the last.
    longest: Duration,
    /// Of that, until the last sample in which the session still waited for another lock.
    waiting: Duration,
}

fn exclusive_locks(database: &Config, over: &AtomicBool, pid: i32) -> Held {
    let mut client = database.connect(NoTls).unwrap();
    let sample = client
        .prepare(
            "select count(*) filter (where granted and mode = 'AccessExclusiveLock' and relation >= 16384) > 0, \
                    count(*) filter (where not granted and locktype = 'relation') > 0 \
               from pg_locks where pid = $1",
        )
        .unwrap();
    let (mut held, mut since) = (Held::default(), None);
    while !over.load(Ordering::Relaxed) {
        let row = client.query_one(&sample, &[&pid]).unwrap();
        let now = Instant::now();
        if row.get(0) {
            let span = now - *since.get_or_insert(now);
            held.longest = held.longest.max(span);
            if row.get(1) {
                held.waiting = held.waiting.max(span);
            }
        } else {
            since = None;
        }
        thread::sleep(Duration::from_millis(2));
    }
    held
}

/// Ends the other sessions, also when the runs fail.
struct Over<'o>(&'o AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// What the runs did.
#[derive(Default)]
struct Runs {
    heals: usize,
    rebuilds: usize,
    retries: usize,
    /// The longest time that a report tells.
    locked: Duration,
}

impl Runs {
    fn count(&mut self, report: &Report) {
        self.retries += report.retries;
        self.locked = self.locked.max(report.locked.unwrap_or_default());
    }
}

/// Heals and rebuilds for a while, and at least so often: a run that is starved gives up, and fails, when its patience is over. And
/// the project that stands in the end.
fn runs(case: &mut Case, least: usize) -> (Runs, Files) {
    let mut runs = Runs::default();
    let mut standing = tiers("int");
    let began = Instant::now();
    while began.elapsed() < RUNNING || runs.rebuilds < least {
        let view = ["base1", "base2", "base3"][runs.heals % 3];
        case.damage(&format!("create or replace view {view} as select id, n + 0 as n from t where id < 40"));
        let report = case.run(&standing);
        assert_eq!(report.outcome, Outcome::Healed, "{report}");
        runs.heals += 1;
        runs.count(&report);

        standing = tiers(["bigint", "int"][runs.rebuilds % 2]);
        let report = case.run(&standing);
        let rebuilt = report.objects.iter().filter(|object| object.verb == Verb::Rebuild).count();
        assert_eq!(rebuilt, 6, "the view, two on it and three on these: {report}");
        runs.rebuilds += 1;
        runs.count(&report);
    }
    (runs, standing)
}

#[test]
fn readers_go_on_while_views_are_healed_and_rebuilt() {
    readers_go_on(Case::applied(&tiers("int")), 5);
}

/// A reader that waits for one of our locks while we wait for one of its pays after that time, which is far below our
/// deadline here; so our deadline is half of it. Six locks fit into 5 ms where nobody holds them; where more than that is spent on
/// them, each of the rest may wait for a millisecond, and a reader pays only when its time is over within just that one.
#[test]
fn readers_go_on_where_the_server_looks_for_deadlocks_at_once() {
    let mut case = Case::applied(&tiers("int"));
    let name = case.column("select quote_ident(current_database())").remove(0);
    case.damage(&format!("alter database {name} set deadlock_timeout = '10ms'"));
    case.damage("set deadlock_timeout = '10ms'");
    readers_go_on(case, 2);
}

fn readers_go_on(mut case: Case, least: usize) {
    let pid = case.column("select pg_backend_pid()")[0].parse().unwrap();
    let (config, over) = (case.database.config(), AtomicBool::new(false));
    let (runs, standing, felt, held) = thread::scope(|scope| {
        let (config, over) = (&config, &over);
        let readers: Vec<_> = (0..8)
            .map(|seed| {
                scope.spawn(move || match seed {
                    0..5 => in_single_statements(config, over, seed),
                    5..7 => in_transactions(config, over, seed),
                    _ => with_prepared_statements(config, over, seed),
                })
            })
            .collect();
        let held = scope.spawn(move || exclusive_locks(config, over, pid));
        let ends = Over(over);
        let (runs, standing) = runs(&mut case, least);
        drop(ends);
        let felt: Vec<Felt> = readers.into_iter().map(|reader| reader.join().unwrap()).collect();
        (runs, standing, felt, held.join().unwrap())
    });

    let errors: Vec<_> = felt.iter().flat_map(|felt| &felt.errors).collect();
    assert!(errors.is_empty(), "{} errors of readers: {:#?}", errors.len(), &errors[..errors.len().min(5)]);
    let replanned: BTreeMap<_, _> = felt.iter().flat_map(|felt| &felt.replanned).collect();
    for (view, times) in &replanned {
        assert!(AFFECTED.contains(&view.as_str()), "{view} kept its columns");
        assert!(**times <= runs.rebuilds, "{view}: {times} errors in {} rebuilds", runs.rebuilds);
    }
    // Sessions tell their statistics when they end, and at the latest then.
    let deadlocks = "select deadlocks from pg_stat_database where datname = current_database()";
    assert_eq!(case.column(deadlocks), ["0"]);

    let mut reads: Vec<Duration> = felt.iter().flat_map(|felt| &felt.reads).copied().collect();
    reads.sort();
    let percentile = |of: usize| human(reads[(reads.len() - 1) * of / 100]);
    println!(
        "{} heals, {} rebuilds, gave way {} times; exclusive locks for at most {} (of it {} waiting), by the reports {}; \
         {} reads, half of them within {}, 99 of 100 within {}, all within {}; {} plans made anew",
        runs.heals,
        runs.rebuilds,
        runs.retries,
        human(held.longest),
        human(held.waiting),
        human(runs.locked),
        reads.len(),
        percentile(50),
        percentile(99),
        percentile(100),
        replanned.values().copied().sum::<usize>()
    );
    assert!(held.longest > Duration::ZERO, "the locks were seen");
    assert!(held.waiting <= DEADLINE + SLACK, "waited for {} with exclusive locks", human(held.waiting));
    assert!(held.longest <= DEADLINE + runs.locked + SLACK, "held for {}", human(held.longest));
    assert!(held.longest < DEADLOCK_TIMEOUT, "held for {}", human(held.longest));
    case.obeys_the_laws(&standing);
}

fn human(duration: Duration) -> String {
    format!("{:.1} ms", duration.as_secs_f64() * 1000.0)
}
