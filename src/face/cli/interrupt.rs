//! Ctrl-C, a terminal that is closed, and the wish of whoever started this process that it should end: what runs on the server is cancelled there, so that no
//! lock and no scratch database stays behind. The only module that knows tokio, for its signals.

use std::future::poll_fn;
use std::process;
use std::sync::{Mutex, PoisonError};
use std::task::Poll;
use std::thread;
use std::time::Duration;

use postgres::Client;

use super::progress;
use crate::face::connect::target::{Cancel, Target};
use crate::read::interruption::{has_to_be_cancelled, interrupt};

/// What there is to do when a signal comes.
struct State {
    /// Of every connection, the oldest first: what tidies up after a newer one is not to be cancelled with it.
    cancels: Vec<Cancel>,
    /// A person is asked, and nothing runs.
    asking: bool,
    caught: Option<Signal>,
}

static STATE: Mutex<State> = Mutex::new(State { cancels: Vec::new(), asking: false, caught: None });

/// A signal that came.
#[derive(Clone, Copy)]
pub enum Signal {
    Interrupt,
    #[cfg(unix)]
    Terminate,
    #[cfg(unix)]
    HangUp,
}

impl Signal {
    pub fn name(self) -> &'static str {
        match self {
            Signal::Interrupt => "SIGINT",
            #[cfg(unix)]
            Signal::Terminate => "SIGTERM",
            #[cfg(unix)]
            Signal::HangUp => "SIGHUP",
        }
    }

    /// As shells tell it of a process that the signal ended.
    pub fn exit_code(self) -> u8 {
        match self {
            Signal::Interrupt => 130,
            #[cfg(unix)]
            Signal::Terminate => 143,
            #[cfg(unix)]
            Signal::HangUp => 129,
        }
    }
}

/// Begins to listen. Where that cannot be done, a signal ends the process as ever.
pub fn listen() {
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else { return };
    thread::spawn(move || {
        runtime.block_on(async {
            let Ok(mut signals) = Signals::new() else { return };
            first(signals.next().await);
            end(signals.next().await);
        });
    });
}

/// The signal that came, if one did.
pub fn caught() -> Option<Signal> {
    state(|state| state.caught)
}

/// A connection whose statement ends with this process, also when somebody interrupts it.
pub fn connect(target: &Target) -> Result<Client, postgres::Error> {
    let (client, cancel) = target.connect()?;
    state(|state| state.cancels.push(cancel));
    Ok(client)
}

/// Asks a person something; meanwhile a signal has nothing to cancel.
pub fn asking<T>(ask: impl FnOnce() -> T) -> T {
    state(|state| state.asking = true);
    let answer = ask();
    state(|state| state.asking = false);
    answer
}

fn state<T>(with: impl FnOnce(&mut State) -> T) -> T {
    with(&mut STATE.lock().unwrap_or_else(PoisonError::into_inner))
}

fn first(signal: Signal) {
    let nothing_runs = state(|state| {
        state.caught = Some(signal);
        state.asking || state.cancels.is_empty()
    });
    if nothing_runs {
        end(signal);
    }
    interrupt();
    // In a thread of its own, because a second signal is waited for.
    thread::spawn(|| {
        // What was on its way to the server is cancelled the next time.
        while has_to_be_cancelled() {
            state(|state| state.cancels.iter().for_each(|cancel| cancel()));
            thread::sleep(Duration::from_millis(500));
        }
    });
}

/// Ends the process at once.
fn end(signal: Signal) -> ! {
    progress::end();
    process::exit(signal.exit_code().into())
}

/// The signals that are listened for.
#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
    hang_up: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};

        Ok(Signals {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hang_up: signal(SignalKind::hangup())?,
        })
    }

    async fn next(&mut self) -> Signal {
        poll_fn(|context| {
            if self.interrupt.poll_recv(context).is_ready() {
                Poll::Ready(Signal::Interrupt)
            } else if self.terminate.poll_recv(context).is_ready() {
                Poll::Ready(Signal::Terminate)
            } else if self.hang_up.poll_recv(context).is_ready() {
                Poll::Ready(Signal::HangUp)
            } else {
                Poll::Pending
            }
        })
        .await
    }
}

/// The signals that are listened for.
#[cfg(windows)]
struct Signals(tokio::signal::windows::CtrlC);

#[cfg(windows)]
impl Signals {
    fn new() -> std::io::Result<Self> {
        tokio::signal::windows::ctrl_c().map(Signals)
    }

    async fn next(&mut self) -> Signal {
        poll_fn(|context| self.0.poll_recv(context).map(|_| Signal::Interrupt)).await
    }
}
