//! `apply`: what the run does. It differs where table migrations were left out, because a newer release stands.

use super::answer::{Answer, Failed};
use super::context::Context;

pub fn answer(context: &Context<'_>) -> Result<Answer, Failed> {
    let report = context.project()?.run(&mut context.connect()?)?;
    Ok(Answer::new(&report, !report.pending.is_empty()))
}
