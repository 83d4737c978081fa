//! The ways to have other rows in a materialized view.

use postgres::Client;
use viewkeeper::Migrator;
use viewkeeper::report::Verb;

use crate::{Result, release};

/// What is done while the readers read.
#[derive(Clone, Copy)]
pub enum Way {
    /// Nothing, for as long as it takes to see what a read takes.
    Nothing,
    /// The new release runs.
    Run,
    /// What the new release runs, by hand.
    DropAndCreate,
    /// The old query again.
    Refresh,
    RefreshConcurrently,
}

impl Way {
    pub const ALL: [Way; 5] =
        [Way::Nothing, Way::Run, Way::DropAndCreate, Way::Refresh, Way::RefreshConcurrently];

    pub fn name(self) -> &'static str {
        match self {
            Way::Nothing => "nothing happens",
            Way::Run => "new query: viewkeeper",
            Way::DropAndCreate => "new query: drop and create, one transaction",
            Way::Refresh => "same query: refresh",
            Way::RefreshConcurrently => "same query: refresh concurrently",
        }
    }

    /// Does it; what it says of itself.
    pub fn go(self, client: &mut Client, new: &Migrator) -> Result<Option<String>> {
        match self {
            Way::Nothing => client.batch_execute("select pg_sleep(3)")?,
            Way::Run => return Ok(Some(run(client, new)?)),
            Way::DropAndCreate => client.batch_execute(&release::by_hand())?,
            Way::Refresh => client.batch_execute("refresh materialized view reading_scores")?,
            Way::RefreshConcurrently => {
                client.batch_execute("refresh materialized view concurrently reading_scores")?;
            }
        }
        Ok(None)
    }
}

fn run(client: &mut Client, new: &Migrator) -> Result<String> {
    let report = new.run(client)?;
    let rebuilt = report
        .objects
        .iter()
        .any(|object| object.verb == Verb::Rebuild && object.object.name == "reading_scores");
    match rebuilt {
        true => Ok(report.to_string()),
        false => Err(format!("the view was not made anew: {report}").into()),
    }
}
