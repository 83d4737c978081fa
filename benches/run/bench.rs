//! What is measured.

use std::time::{Duration, Instant};

use viewkeeper::testing::{Database, Server};

use crate::Result;
use crate::delay::Delay;
use crate::sample::{medians, round_trip, round_trips, start};
use crate::table::{Table, milliseconds};
use crate::tools::Tool;
use crate::views;

const ON_OPEN_CONNECTION: usize = 200;
const ON_NEW_CONNECTIONS: usize = 50;
const FIRST_RUNS: usize = 15;
const EACH_WAY: Duration = Duration::from_millis(1);

/// The tools, and a server that is near and, through another door, far.
pub struct Bench<'a> {
    server: &'a Server,
    empty: Database,
    far: Delay,
    contestants: Vec<Contestant<'a>>,
}

/// A tool, and a database that it has to itself.
struct Contestant<'a> {
    tool: &'a dyn Tool,
    database: Database,
}

impl<'a> Bench<'a> {
    pub fn new(server: &'a Server, tools: &'a [Box<dyn Tool>]) -> Result<Bench<'a>> {
        let empty = server.database()?;
        let far = Delay::start(&empty.config(), EACH_WAY)?;
        let contestants = tools
            .iter()
            .map(|tool| Ok(Contestant { tool: &**tool, database: server.database()? }))
            .collect::<Result<_>>()?;
        Ok(Bench { server, empty, far, contestants })
    }

    pub fn run(&self) -> Result<Table> {
        let mut table = Table::new(self.contestants.iter().map(|one| one.tool.name()));
        // The databases are empty, and the no-ops need them filled.
        let first_trips = self.round_trips()?;
        for one in &self.contestants {
            if !views::are_there(&one.database)? {
                return Err(format!("{} did not create the views", one.tool.name()).into());
            }
        }
        self.no_ops(&mut table)?;
        table.row("first run: round trips", first_trips);
        self.first_runs(&mut table)?;
        self.drift(&mut table)?;
        Ok(table)
    }

    /// What the numbers are.
    pub fn notes(&self) -> Result<String> {
        let config = self.empty.config();
        let [near, far] = [round_trip(&config)?, round_trip(&self.far.through(&config))?].map(milliseconds);
        Ok(format!(
            "Times are medians: of {ON_OPEN_CONNECTION} no-op runs one after the other on one connection, of \
             {ON_NEW_CONNECTIONS} on new connections,\nof {FIRST_RUNS} first runs, each in an empty database. \
             A round trip takes {near} ms, to the server {} ms away {far} ms.",
            away()
        ))
    }

    /// The runs that find everything as it should be.
    fn no_ops(&self, table: &mut Table) -> Result {
        table.row("no-op run: round trips", self.round_trips()?);

        let sessions = self.contestants.iter().map(|one| one.tool.connect(&one.database.config()));
        let sessions = sessions.collect::<Result<Vec<_>>>()?;
        let open = medians(ON_OPEN_CONNECTION, sessions, |session| {
            let begin = Instant::now();
            session.run()?;
            Ok(begin.elapsed())
        })?;
        table.times("no-op run: ms, on an open connection", open);

        let new = medians(ON_NEW_CONNECTIONS, &self.contestants, |one| {
            let start = start(one.tool, &one.database.config())?;
            Ok(start.connect + start.run)
        })?;
        table.times("no-op run: ms, with connecting", new);

        // On new connections too, because sqlx asks less where it has asked before, and an application runs once.
        let far = medians(ON_NEW_CONNECTIONS, &self.contestants, |one| {
            Ok(start(one.tool, &self.far.through(&one.database.config()))?.run)
        })?;
        table.times(&format!("no-op run: ms, server {} ms away", away()), far);
        Ok(())
    }

    /// The runs of empty databases.
    fn first_runs(&self, table: &mut Table) -> Result {
        let near = medians(FIRST_RUNS, &self.contestants, |one| {
            let database = self.server.database()?;
            Ok(start(one.tool, &database.config())?.run)
        })?;
        table.times("first run: ms", near);

        let far = medians(FIRST_RUNS, &self.contestants, |one| {
            let database = self.server.database()?;
            Ok(start(one.tool, &self.far.through(&database.config()))?.run)
        })?;
        table.times(&format!("first run: ms, server {} ms away", away()), far);
        Ok(())
    }

    /// Whether a run notices that somebody dropped a view.
    fn drift(&self, table: &mut Table) -> Result {
        let outcomes = self.contestants.iter().map(|one| {
            views::drop_one(&one.database)?;
            start(one.tool, &one.database.config())?;
            Ok(if views::are_there(&one.database)? { "brought back" } else { "not noticed" })
        });
        table.row("a view that was dropped by hand", outcomes.collect::<Result<Vec<_>>>()?);
        Ok(())
    }

    fn round_trips(&self) -> Result<Vec<usize>> {
        self.contestants.iter().map(|one| round_trips(one.tool, &one.database)).collect()
    }
}

/// How much longer a round trip takes to the server that is far, in milliseconds.
fn away() -> u128 {
    2 * EACH_WAY.as_millis()
}
