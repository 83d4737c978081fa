//! A model application. It keeps its schema as plain SQL files under `sql/` and brings its database to that state with
//! one call at start-up. Then it shows what that is good for: somebody breaks its views and triggers, and it heals them.
//!
//! With arguments it is the command line on its embedded project: `cargo run -p kidney-genetics -- check`.

mod damage;
mod data;
mod show;

use std::error::Error;
use std::process::ExitCode;

use viewkeeper::testing::Server;

viewkeeper::embed!(mod migrate);

fn main() -> Result<ExitCode, Box<dyn Error>> {
    if std::env::args_os().len() > 1 {
        return Ok(viewkeeper::cli::main(migrate::migrator()));
    }
    show_off()?;
    Ok(ExitCode::SUCCESS)
}

fn show_off() -> Result<(), Box<dyn Error>> {
    // DATABASE_URL if it is set, else a server that is gone when the application ends. An application of yours connects
    // with `postgres::Client::connect`, and all else stays the same.
    let server = Server::start()?;
    let database = server.database()?;
    let mut client = database.connect()?;

    show::heading("The project: objects by tier, each standing on the tiers before it");
    show::tiers(migrate::project());

    show::heading("First run: the database is empty");
    println!("{}", migrate::run(&mut client)?);

    show::heading("The data");
    data::load(&mut client)?;
    show::counts(&mut client)?;
    println!("\n{}", migrate::refresh(&mut client)?);

    show::heading("The ten best genes");
    show::best_genes(&mut client)?;
    let scores = data::fingerprint(&mut client)?;

    show::heading("Somebody works on the database by hand");
    damage::inflict(&mut client)?;
    show::outage(&mut client);

    show::heading("Second run: the damage is healed");
    println!("{}", migrate::run(&mut client)?);
    if data::fingerprint(&mut client)? != scores {
        return Err("the scores are not what they were before".into());
    }
    println!("\nThe scores and places of all genes are what they were before.");

    show::heading("Third run: nothing to do");
    println!("{}", migrate::run(&mut client)?);
    Ok(())
}
