//! Sessions that read without end, and how long each read took.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use postgres::{Client, Error, Statement};
use viewkeeper::testing::Database;

use crate::Result;

pub const READERS: u64 = 4;

/// A row and a hundred of them, of the materialized view and through the view on it.
const READS: [&str; 4] = [
    "select score from reading_scores where id = $1",
    "select score from good_readings where id = $1",
    "select count(*) from reading_scores where id between $1 and $1 + 99",
    "select count(*) from good_readings where id between $1 and $1 + 99",
];

/// Between two reads: the readers shall notice what happens, not be what happens.
const PAUSE: Duration = Duration::from_millis(1);

/// How long they read before and after.
const AROUND: Duration = Duration::from_millis(500);

/// The reads that were under way while something was done.
pub struct Reads {
    /// How long it was done.
    pub lasted: Duration,
    /// How long each read took, the shortest first.
    pub times: Vec<Duration>,
    /// What the server said to those that failed.
    pub failed: Vec<String>,
}

impl Reads {
    pub fn longest(&self) -> Duration {
        self.times.last().copied().unwrap_or_default()
    }

    pub fn median(&self) -> Duration {
        self.times.get(self.times.len() / 2).copied().unwrap_or_default()
    }
}

struct Read {
    begin: Instant,
    end: Instant,
    outcome: std::result::Result<(), Error>,
}

/// Does something while others read.
pub fn read_while<T>(database: &Database, rows: u32, work: impl FnOnce() -> Result<T>) -> Result<(T, Reads)> {
    let stop = &AtomicBool::new(false);
    let sessions = (0..READERS).map(|_| prepared(database)).collect::<Result<Vec<_>>>()?;
    thread::scope(|scope| {
        let readers: Vec<_> = (0..)
            .zip(sessions)
            .map(|(number, session)| scope.spawn(move || read(session, number, rows, stop)))
            .collect();
        thread::sleep(AROUND);
        let begin = Instant::now();
        let done = work();
        let end = Instant::now();
        thread::sleep(AROUND);
        stop.store(true, Ordering::Relaxed);
        let mut reads = Reads { lasted: end - begin, times: Vec::new(), failed: Vec::new() };
        for reader in readers {
            let all = reader.join().map_err(|_| "a reader panicked")?;
            for read in all.into_iter().filter(|read| read.begin <= end && read.end >= begin) {
                reads.times.push(read.end - read.begin);
                reads.failed.extend(read.outcome.err().map(said));
            }
        }
        reads.times.sort();
        Ok((done?, reads))
    })
}

/// A session with its statements prepared, as a pool of connections has them.
fn prepared(database: &Database) -> Result<(Client, Vec<Statement>)> {
    let mut client = database.connect()?;
    let statements = READS.iter().map(|sql| client.prepare(sql)).collect::<std::result::Result<_, _>>()?;
    Ok((client, statements))
}

fn read(
    (mut client, statements): (Client, Vec<Statement>),
    number: u64,
    rows: u32,
    stop: &AtomicBool,
) -> Vec<Read> {
    let mut reads = Vec::new();
    let mut dice = number;
    for statement in statements.iter().cycle() {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        // Knuth's MMIX generator; its high bits are the better ones.
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let id = i64::try_from((dice >> 33) % u64::from(rows)).unwrap_or_default() + 1;
        let begin = Instant::now();
        let outcome = client.query(statement, &[&id]).map(drop);
        reads.push(Read { begin, end: Instant::now(), outcome });
        thread::sleep(PAUSE);
    }
    reads
}

fn said(error: Error) -> String {
    error.as_db_error().map_or_else(|| error.to_string(), ToString::to_string)
}
