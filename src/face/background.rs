//! For applications on an async runtime: the work on a thread of its own, and a future that waits for it.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};
use std::thread;

use postgres::Client;

use super::migrator::Migrator;
use crate::words::error::{Error, ErrorKind};
use crate::words::report::Report;

/// Runs a migrator on a thread of its own, with a connection made there.
///
/// `postgres::Client` blocks and panics inside an async runtime. This works in any of them, and whatever client
/// library the application uses itself: the connection is only for this.
///
/// ```no_run
/// # mod migrate { pub fn migrator() -> viewkeeper::Migrator { unimplemented!() } }
/// use viewkeeper::postgres::{Client, NoTls};
///
/// # async fn example(url: String) -> Result<(), viewkeeper::Error> {
/// let report = viewkeeper::run_async(migrate::migrator(), move || Client::connect(&url, NoTls)).await?;
/// # Ok(())
/// # }
/// ```
///
/// What the server says beside its answers, such as `RAISE NOTICE` of a migration, the postgres crate logs as it stands. So that no
/// message ends a line of the log or moves a cursor:
///
/// ```no_run
/// # mod migrate { pub fn migrator() -> viewkeeper::Migrator { unimplemented!() } }
/// use viewkeeper::postgres::{Config, NoTls};
///
/// # async fn example(url: String) -> Result<(), Box<dyn std::error::Error>> {
/// let mut config: Config = url.parse()?;
/// config.notice_callback(|notice| log::info!("{}: {}", notice.severity(), notice.message().escape_debug()));
/// let report = viewkeeper::run_async(migrate::migrator(), move || config.connect(NoTls)).await?;
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// As [`Migrator::run`], or the connection cannot be made.
pub fn run_async<C>(migrator: Migrator, connect: C) -> impl Future<Output = Result<Report, Error>> + Send
where
    C: FnOnce() -> Result<Client, postgres::Error> + Send + 'static,
{
    let shared = Arc::new(Mutex::new(Shared::default()));
    let theirs = Arc::clone(&shared);
    let spawned = thread::Builder::new().name("viewkeeper".into()).spawn(move || {
        // Dropped also when the work panics, so the future always ends.
        let mut finish = Finish { shared: theirs, result: None };
        finish.result = Some(
            connect()
                .map_err(|error| Error::new(ErrorKind::Connection, "cannot connect").caused_by(error))
                .and_then(|mut client| migrator.run(&mut client)),
        );
    });
    if let Err(error) = spawned {
        lock(&shared).result =
            Some(Err(Error::new(ErrorKind::Connection, "cannot start a thread").caused_by(error)));
    }
    Work { shared }
}

#[derive(Default)]
struct Shared {
    result: Option<Result<Report, Error>>,
    waker: Option<Waker>,
}

struct Finish {
    shared: Arc<Mutex<Shared>>,
    result: Option<Result<Report, Error>>,
}

impl Drop for Finish {
    fn drop(&mut self) {
        let mut shared = lock(&self.shared);
        shared.result = Some(
            self.result
                .take()
                .unwrap_or_else(|| Err(Error::new(ErrorKind::Connection, "the thread panicked"))),
        );
        if let Some(waker) = shared.waker.take() {
            waker.wake();
        }
    }
}

struct Work {
    shared: Arc<Mutex<Shared>>,
}

impl Future for Work {
    type Output = Result<Report, Error>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut shared = lock(&self.shared);
        match shared.result.take() {
            Some(result) => Poll::Ready(result),
            None => {
                shared.waker = Some(context.waker().clone());
                Poll::Pending
            }
        }
    }
}

fn lock(shared: &Mutex<Shared>) -> std::sync::MutexGuard<'_, Shared> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}
