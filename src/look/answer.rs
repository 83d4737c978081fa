//! The answers to what a decision has to know.

use super::alike::likenesses;
use super::dependents_fit::misfits;
use super::index_shadows;
use super::meanings::meanings;
use super::read_facts::dependents_of;
use super::shadows;
use crate::decide::decision::Decision;
use crate::decide::facts::Facts;
use crate::decide::next::{Next, next};
use crate::decide::question::Question;
use crate::read::needed_rights;
use crate::read::session::Session;
use crate::set::project::Project;
use crate::words::error::{Error, ErrorKind};

/// Asks and answers until it is decided.
pub fn decision(session: &mut Session<'_>, project: &Project, facts: &mut Facts) -> Result<Decision, Error> {
    loop {
        match next(project, facts)? {
            Next::Ask(question) => answer(session, project, facts, &question)?,
            Next::Decided(decision) => return Ok(*decision),
        }
    }
}

/// Adds an answer to the facts.
fn answer(
    session: &mut Session<'_>,
    project: &Project,
    facts: &mut Facts,
    question: &Question,
) -> Result<(), Error> {
    match question {
        Question::Meanings(shadows) => {
            facts.answers.meanings = Some(meanings(session, project, shadows, &facts.others)?);
        }
        Question::IndexShadows(shadows) => {
            facts.answers.index_shadows = Some(index_shadows::made(session, project, shadows)?);
        }
        Question::Shadows { shadows, live, may_be_refused } => {
            let shapes = shadows::shapes(session, project, shadows, live, *may_be_refused)?;
            facts.answers.shadows.push(shapes);
        }
        Question::Alike { unlike, before } => {
            facts.answers.alike = Some(likenesses(session, project, unlike, before.as_ref())?);
        }
        Question::Dependents { roots, alone } => {
            facts.answers.dependents = Some(dependents_of(session, project, roots, alone)?);
        }
        Question::Fit { shadows, foreign } => {
            let dependents = facts.answers.dependents.as_deref().unwrap_or_default();
            let views: Vec<_> =
                dependents.iter().filter(|dependent| foreign.contains(&dependent.id)).collect();
            facts.answers.misfits = Some(misfits(session, project, shadows, &facts.live.taken, &views)?);
        }
        Question::Rights(questions) => {
            let answer = needed_rights::read(session, questions)
                .map_err(|failure| failure.while_(ErrorKind::Rights, "cannot read the rights of the role"))?;
            facts.answers.rights = Some(answer);
        }
        Question::Dropped { roots, alone } => {
            facts.answers.dropped = Some(dependents_of(session, project, roots, alone)?);
        }
    }
    Ok(())
}
