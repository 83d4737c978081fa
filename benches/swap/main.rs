//! A materialized view is made anew while its readers go on: by viewkeeper beside the old one, by dropping and creating it,
//! and, for comparison, refreshed as it is.
//!
//! `cargo bench --bench swap` prints one table. `VIEWKEEPER_BENCH_ROWS` says how many rows the view has, a million if it is not
//! set. Each way has a database of its own, a copy of the same one, and the same readers.

mod readers;
mod release;
#[allow(dead_code, reason = "the other benchmark measures more")]
#[path = "../run/table.rs"]
mod table;
mod ways;

use std::env;
use std::time::Duration;

use viewkeeper::testing::{Server, Template};

use readers::READERS;
use table::{Table, milliseconds};
use ways::Way;

type Result<T = ()> = std::result::Result<T, Box<dyn std::error::Error>>;

const ROWS: u32 = 1_000_000;

fn main() -> Result {
    let rows: u32 = env::var("VIEWKEEPER_BENCH_ROWS").map_or(Ok(ROWS), |rows| rows.parse())?;
    // A throwaway server does not wait for the disk. Locks are held until the commit is on it, so here it does.
    let durable = ["fsync", "full_page_writes", "synchronous_commit"];
    let builder = Server::builder().throwaway();
    let server = durable.iter().fold(builder, |builder, name| builder.setting(*name, "on")).start()?;
    println!("a materialized view of {rows} rows with two indexes, and a view on it; {READERS} readers");
    println!("{}, durable commits\n", server.description());

    let template = server.template(|client| release::fill(client, rows))?;
    let mut table = Table::new(
        ["longest read, ms", "median read, ms", "reads meanwhile", "failed", "all in all, s"]
            .map(str::to_owned),
    );
    let mut notes = Vec::new();
    for way in Way::ALL {
        notes.extend(measure(&template, way, rows, &mut table)?);
    }
    println!("{table}");
    notes.iter().for_each(|note| println!("{note}"));
    Ok(())
}

/// One way, in a database of its own; what it says of itself.
fn measure(template: &Template, way: Way, rows: u32, table: &mut Table) -> Result<Option<String>> {
    let database = template.database()?;
    let mut client = database.connect()?;
    let new = release::new()?;
    // What the copy left to be written is none of the readers' business.
    client.batch_execute("checkpoint")?;
    let (note, reads) = readers::read_while(&database, rows, || way.go(&mut client, &new))?;
    let failed = match reads.failed.as_slice() {
        [] => "none".to_owned(),
        [first, ..] => format!("{}, {first}", reads.failed.len()),
    };
    let [longest, median] = [reads.longest(), reads.median()].map(milliseconds);
    let seconds = seconds(reads.lasted);
    table.row(way.name(), [longest, median, reads.times.len().to_string(), failed, seconds]);
    Ok(note)
}

fn seconds(time: Duration) -> String {
    format!("{:.1}", time.as_secs_f64())
}
