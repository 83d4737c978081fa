//! The start of the kidney-genetics application with viewkeeper, with refinery alone, and with sqlx's migrator.
//!
//! `cargo bench` prints one table. Round trips are counted in a pass of their own and are the same on every machine.
//! Times are medians of one run on one server, in which the tools take turns: good for comparing, and nothing is
//! asserted about them.

mod application;
mod bench;
mod delay;
#[allow(unused_imports, reason = "nothing is cut here")]
#[path = "../../tests/it/support/proxy/mod.rs"]
mod proxy;
mod sample;
mod table;
mod tools;
mod views;

use viewkeeper::testing::Server;

use application::Application;
use bench::Bench;

type Result<T = ()> = std::result::Result<T, Box<dyn std::error::Error>>;

fn main() -> Result {
    // A throwaway server does not wait for the disk. The number of commits is part of what is compared, so here it does.
    let durable = ["fsync", "full_page_writes", "synchronous_commit"];
    let builder = Server::builder().throwaway();
    let server = durable.iter().fold(builder, |builder, name| builder.setting(*name, "on")).start()?;

    let application = Application::read()?;
    println!("{application}\n{}, durable commits\n", server.description());
    let tools = tools::all(&application)?;
    let bench = Bench::new(&server, &tools)?;
    println!("{}\n{}", bench.run()?, bench.notes()?);
    Ok(())
}
