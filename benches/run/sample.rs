//! One measurement, and many.

use std::time::{Duration, Instant};

use postgres::{Config, NoTls};
use viewkeeper::testing::Database;

use crate::Result;
use crate::proxy::Proxy;
use crate::tools::Tool;

/// How long the start of an application took.
pub struct Start {
    pub connect: Duration,
    pub run: Duration,
}

/// One start, on a connection of its own. To end the connection is no part of it.
pub fn start(tool: &dyn Tool, config: &Config) -> Result<Start> {
    let begin = Instant::now();
    let mut session = tool.connect(config)?;
    let connect = begin.elapsed();
    session.run()?;
    Ok(Start { connect, run: begin.elapsed() - connect })
}

/// How often the tool waits for the server, from the moment at which it is connected.
pub fn round_trips(tool: &dyn Tool, database: &Database) -> Result<usize> {
    let proxy = Proxy::start(database)?;
    tool.connect(&proxy.config())?.run()?;
    Ok(proxy.round_trips())
}

/// How long the server's shortest answer takes.
pub fn round_trip(config: &Config) -> Result<Duration> {
    let clients = [config.connect(NoTls)?];
    let times = medians(200, clients, |client| {
        let begin = Instant::now();
        client.simple_query("select 1")?;
        Ok(begin.elapsed())
    })?;
    Ok(times[0])
}

/// The median of each contestant's samples.
///
/// They take turns, so that a busy moment of the machine hits all of them; in each round another one begins.
pub fn medians<C>(
    rounds: usize,
    contestants: impl IntoIterator<Item = C>,
    sample: impl Fn(&mut C) -> Result<Duration>,
) -> Result<Vec<Duration>> {
    let mut all: Vec<(C, Vec<Duration>)> = contestants.into_iter().map(|one| (one, Vec::new())).collect();
    for _ in 0..rounds {
        for (one, samples) in &mut all {
            samples.push(sample(one)?);
        }
        all.rotate_left(1);
    }
    // Back to the order in which they came.
    let turned = rounds % all.len().max(1);
    all.rotate_right(turned);
    Ok(all.into_iter().map(|(_, samples)| median(samples)).collect())
}

fn median(mut samples: Vec<Duration>) -> Duration {
    samples.sort();
    samples[samples.len() / 2]
}
