//! Whether everything is to end: the person at the command line wants it. A library in somebody's process never does.

use std::sync::atomic::{AtomicU8, Ordering};

const WORKING: u8 = 0;
const INTERRUPTED: u8 = 1;
/// Interrupted, and what was made for a while is being taken away.
const TIDYING: u8 = 2;

static STATE: AtomicU8 = AtomicU8::new(WORKING);

/// No session of this process sends anything more but what tidies up.
#[cfg(feature = "cli")]
pub fn interrupt() {
    let _ = STATE.compare_exchange(WORKING, INTERRUPTED, Ordering::SeqCst, Ordering::SeqCst);
}

/// Whether nothing more is to be sent.
pub fn is_interrupted() -> bool {
    STATE.load(Ordering::SeqCst) != WORKING
}

/// Whether a statement may still run that is to be cancelled.
#[cfg(feature = "cli")]
pub fn has_to_be_cancelled() -> bool {
    STATE.load(Ordering::SeqCst) == INTERRUPTED
}

/// From now on no statement is cancelled.
pub fn tidy_up() {
    let _ = STATE.compare_exchange(INTERRUPTED, TIDYING, Ordering::SeqCst, Ordering::SeqCst);
}
