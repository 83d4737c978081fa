//! `apply`: what the boot does.

use super::answer::{Answer, Failed};
use super::context::Context;

pub fn answer(context: &Context<'_>) -> Result<Answer, Failed> {
    let report = context.project()?.run(&mut context.connect()?)?;
    Ok(Answer::new(&report, false))
}
