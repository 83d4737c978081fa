//! What the server says beside its answers: RAISE NOTICE, a warning of a statement. The postgres crate would log it as it stands.

use log::{Level, log};
use postgres::Config;
use postgres::error::{DbError, Severity};

use super::escape::Line;

/// Has what the server says logged as everything that we log.
pub fn hear(config: &mut Config) {
    config.notice_callback(|notice| {
        log!(target: "viewkeeper::notice", level(notice.parsed_severity()), "{}", Line(words(&notice)));
    });
}

/// INFO, NOTICE and LOG are what is told; only a warning is one.
fn level(severity: Option<Severity>) -> Level {
    match severity {
        Some(Severity::Panic | Severity::Fatal | Severity::Error) => Level::Error,
        Some(Severity::Warning) => Level::Warn,
        Some(Severity::Debug) => Level::Debug,
        Some(Severity::Notice | Severity::Info | Severity::Log) | None => Level::Info,
    }
}

fn words(notice: &DbError) -> String {
    let more = [("detail", notice.detail()), ("hint", notice.hint())];
    let more = more.into_iter().filter_map(|(label, text)| Some(format!("; {label}: {}", text?)));
    format!("{}: {}{}", notice.severity(), notice.message(), more.collect::<String>())
}
