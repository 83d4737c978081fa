//! `run_async`, without any runtime: a future is polled until it is ready.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

use postgres::{Client, NoTls};
use viewkeeper::report::Outcome;
use viewkeeper::{ErrorKind, run_async};

use crate::support::{Case, project};

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

pub fn block_on<F: Future>(future: F) -> F::Output {
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(value) => return value,
            Poll::Pending => thread::park(),
        }
    }
}

#[test]
fn the_work_is_done_on_a_thread_and_the_future_ends() {
    let project = project("async").file("views/v.sql", "create view v as select 1 as one;\n");
    let case = Case::new();
    let url = case.database.url().to_owned();
    let report = block_on(run_async(project.migrator(), move || Client::connect(&url, NoTls))).unwrap();
    assert_eq!(report.outcome, Outcome::Applied);
    case.obeys_the_laws(&project);
}

#[test]
fn a_connection_that_cannot_be_made_is_an_error_of_the_future() {
    let project = project("async");
    let error = block_on(run_async(project.migrator(), || {
        Client::connect("postgres://nobody@127.0.0.1:1/none", NoTls)
    }))
    .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connection);
    assert!(error.is_transient(), "{error}");
}

#[test]
fn a_panic_on_the_thread_ends_the_future() {
    let project = project("async");
    let error = block_on(run_async(project.migrator(), || panic!("on purpose"))).unwrap_err();
    assert_eq!(error.to_string(), "the thread panicked");
}
