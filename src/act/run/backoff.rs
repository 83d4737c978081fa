//! Waiting with jittered back-off.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::{Duration, Instant};

/// A series of growing, jittered pauses that ends at a deadline.
pub struct Backoff {
    pause: Duration,
    longest: Duration,
    /// None: for ever.
    until: Option<Instant>,
}

impl Backoff {
    /// Pauses from `first` on, doubled up to `longest`, for `total` in all.
    pub fn new(first: Duration, longest: Duration, total: Duration) -> Self {
        Backoff { pause: first, longest, until: Instant::now().checked_add(total) }
    }

    /// For what takes a moment: a reader's query.
    pub fn of_moments(total: Duration) -> Self {
        Backoff::new(Duration::from_millis(20), Duration::from_secs(1), total)
    }

    /// For what others queue behind while it waits for this long: they get a turn that is longer than that.
    pub fn between_turns(waited: Duration, total: Duration) -> Self {
        let second = Duration::from_secs(1);
        let first = waited.clamp(Duration::from_millis(20), second);
        Backoff::new(first, first.saturating_mul(4).max(second), total)
    }

    /// Sleeps; false when the deadline is past instead.
    pub fn pause(&mut self) -> bool {
        if self.until.is_some_and(|until| Instant::now() >= until) {
            return false;
        }
        std::thread::sleep(self.pause.mul_f64(0.5 + jitter()));
        self.pause = (self.pause * 2).min(self.longest);
        true
    }
}

/// A number from 0 to 1. Replicas that started at the same moment must not try again at the same moment; the seeds of
/// the standard library's hash maps are random enough for that.
fn jitter() -> f64 {
    f64::from((RandomState::new().build_hasher().finish() >> 32) as u32) / f64::from(u32::MAX)
}
