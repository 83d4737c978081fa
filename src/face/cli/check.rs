//! `check`: how the database differs from the project.

use super::answer::{Answer, Failed};
use super::context::Context;

#[derive(clap::Args)]
pub struct Arguments {}

pub fn answer(_arguments: &Arguments, context: &Context<'_>) -> Result<Answer, Failed> {
    let check = context.project()?.check(&mut context.connect()?)?;
    Ok(Answer::new(&check, !check.in_sync()))
}
