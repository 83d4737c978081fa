//! Progress of long work, on the standard error: a line that moves on a terminal, plain lines elsewhere, and neither for what is
//! done at once. Where the standard error is read by a program, it holds nothing but the error.

use std::io::{IsTerminal, Write};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use once_cell::sync::Lazy;

use crate::words::progress::Progress;

/// Work that takes no longer is not worth a line in a log.
const LONG: Duration = Duration::from_secs(5);

/// The line that is shown now.
static SHOWN: Lazy<Mutex<Option<ProgressBar>>> = Lazy::new(Mutex::default);

/// Shows what it is told; `json` is for a program, which gets no lines.
pub fn observer(json: bool) -> impl Fn(&Progress) + Send + Sync + 'static {
    let (begun, terminal) = (Instant::now(), std::io::stderr().is_terminal());
    move |progress| {
        if terminal {
            show(progress);
        } else if !json && begun.elapsed() > LONG {
            let _ = writeln!(std::io::stderr(), "{progress}");
        }
    }
}

fn show(progress: &Progress) {
    let Ok(mut shown) = SHOWN.lock() else { return };
    let bar = shown.get_or_insert_with(|| {
        let bar = ProgressBar::new_spinner();
        bar.enable_steady_tick(Duration::from_millis(120));
        bar
    });
    let many = progress.what.is_some() && progress.all > 1;
    let template =
        if many { "{spinner} [{bar:24}] {msg} ({elapsed})" } else { "{spinner} {msg} ({elapsed})" };
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style.progress_chars("=> "));
    }
    if many {
        bar.set_length(progress.all as u64);
        bar.set_position(progress.number as u64 - 1);
    }
    bar.set_message(progress.to_string());
}

/// Takes the line away, before an answer is printed.
pub fn end() {
    if let Some(bar) = SHOWN.lock().ok().and_then(|mut shown| shown.take()) {
        bar.finish_and_clear();
    }
}
