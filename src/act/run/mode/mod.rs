//! What a run is for.

pub mod recheck;
pub mod rehearse;
pub mod rehearsing;
pub mod shown;

use self::rehearsing::Rehearsing;
use self::shown::Shown;

/// What a run is for.
#[derive(Debug, Default)]
pub enum Mode<'b> {
    /// To bring the database to the state of the project.
    #[default]
    Run,
    /// To find out what that would do: everything is taken back at the end.
    Rehearsal(Box<Rehearsing>),
    /// To go back to an earlier release, as somebody decided.
    Rollback(Shown<'b>),
}

impl<'b> Mode<'b> {
    pub fn rehearsal(&mut self) -> Option<&mut Rehearsing> {
        match self {
            Mode::Rehearsal(rehearsing) => Some(rehearsing),
            _ => None,
        }
    }

    pub fn is_rehearsal(&self) -> bool {
        matches!(self, Mode::Rehearsal(_))
    }

    /// What a rollback was decided on.
    pub fn shown(&self) -> Option<&Shown<'b>> {
        match self {
            Mode::Rollback(shown) => Some(shown),
            _ => None,
        }
    }
}
