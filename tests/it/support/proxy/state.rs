//! What the connections of a proxy have in common.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use super::traffic::Traffic;

/// Where a connection is cut, counted in the client's messages after start-up, from 1, since the call of
/// `Proxy::cut`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CutAt {
    /// The server never sees the message.
    Before(usize),
    /// The server has done what the message asks for, and the client never learns of it. A message that does not
    /// ask for an answer is merely delivered.
    Unanswered(usize),
    /// The client has got the whole answer to the message, or to the batch that the message is part of. The server
    /// loses its client then; the client learns of it by its next message, because a client that reads the answer and
    /// the end of the stream at once may take the one for the other.
    Answered(usize),
}

/// The state, and the moment at which it changed.
#[derive(Default)]
pub struct Shared {
    state: Mutex<State>,
    pub changed: Condvar,
}

/// What was counted, and what is to be done.
#[derive(Default)]
pub struct State {
    pub traffic: Traffic,
    /// The armed cut, and the client's messages since.
    pub cut: Option<(CutAt, usize)>,
    pub was_cut: bool,
    pub paused: bool,
    /// How many of the client's messages still pass before everything is held back.
    pub stalls_after: Option<usize>,
    /// Words of the client's message before which everything is held back.
    pub stalls_before: Option<String>,
    pub closed: bool,
    /// Connections whose server side is open.
    pub open: usize,
}

impl Shared {
    pub fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    /// Waits while the proxy is paused.
    pub fn flowing(&self) -> MutexGuard<'_, State> {
        self.changed.wait_while(self.state(), |state| state.paused).unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Counts one of the client's messages towards the stall, and holds everything back if this is its message.
    pub fn stalls_here(&mut self, message: &[u8]) -> bool {
        let holds = |words: &mut String| message.windows(words.len()).any(|part| part == words.as_bytes());
        if self.stalls_before.take_if(holds).is_some() {
            self.paused = true;
            return true;
        }
        match self.stalls_after.as_mut() {
            Some(0) => {
                (self.stalls_after, self.paused) = (None, true);
                true
            }
            Some(more) => {
                *more -= 1;
                false
            }
            None => false,
        }
    }

    /// Counts one of the client's messages towards the armed cut; the cut, if this is its message.
    pub fn cut_here(&mut self) -> Option<CutAt> {
        let (at, seen) = self.cut.as_mut()?;
        *seen += 1;
        let (CutAt::Before(n) | CutAt::Unanswered(n) | CutAt::Answered(n)) = *at;
        if *seen != n {
            return None;
        }
        self.was_cut = true;
        self.cut.take().map(|(at, _)| at)
    }
}

/// A test that panics must not make the others wait.
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
