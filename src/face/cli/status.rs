//! `status`: which release stands, who applied it when, what is pending, and who is at work.

use super::answer::{Answer, Failed};
use super::context::Context;

pub fn answer(context: &Context<'_>) -> Result<Answer, Failed> {
    let status = context.project()?.status(&mut context.connect()?)?;
    Ok(Answer::new(&status, !status.is_settled()))
}
