//! What is logged.

use std::cell::RefCell;
use std::sync::Once;

use log::{Level, LevelFilter, Log, Metadata, Record};

/// Hears everything that is logged on the threads that listen; the other tests' threads do not.
struct Ears;

/// What was said: level, target and text.
pub type Said = (Level, String, String);

thread_local! {
    static HEARD: RefCell<Option<Vec<Said>>> = const { RefCell::new(None) };
}

impl Log for Ears {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        HEARD.with_borrow(Option::is_some)
    }

    fn log(&self, record: &Record<'_>) {
        let said = || (record.level(), record.target().to_owned(), record.args().to_string());
        HEARD.with_borrow_mut(|heard| heard.iter_mut().for_each(|heard| heard.push(said())));
    }

    fn flush(&self) {}
}

/// Does something and listens; gives what was logged on this thread meanwhile.
pub fn listen<T>(work: impl FnOnce() -> T) -> (T, Vec<Said>) {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        log::set_logger(&Ears).unwrap();
        log::set_max_level(LevelFilter::Debug);
    });
    HEARD.set(Some(Vec::new()));
    let done = work();
    (done, HEARD.take().unwrap())
}
