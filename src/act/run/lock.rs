//! Waiting for other processes that work on the project.

use std::time::{Duration, Instant};

use log::info;

use super::Run;
use crate::act::run::backoff::Backoff;
use crate::act::run::migrations::outside;
use crate::read::session::Failure;
use crate::words::error::{Error, ErrorKind};
use crate::words::escape::Line;
use crate::words::progress::Stage;

impl Run<'_, '_> {
    /// Polls for the advisory lock; says who holds it while it waits.
    pub fn lock(&mut self) -> Result<(), Error> {
        let failed =
            |failure: Failure| failure.while_(ErrorKind::Connection, "cannot take the project's lock");
        let mut backoff =
            Backoff::new(Duration::from_millis(5), Duration::from_millis(250), self.options.lock_wait);
        let mut told = Instant::now();
        let mut holder = None;
        loop {
            self.session.rollback();
            if let Some((names, path)) = self.keys.begin(&mut self.session, self.project).map_err(failed)? {
                (self.attempt.names, self.attempt.path) = (names, path);
                return Ok(());
            }
            if holder.is_none() || told.elapsed() > Duration::from_secs(5) {
                holder = self.keys.holder(&mut self.session).map_err(failed)?.or(holder);
                told = Instant::now();
                if let Some(holder) = &holder {
                    let who = format!("pid {} ({:?})", holder.pid, holder.application);
                    self.options.observer.tell(Stage::Wait, who, (1, 1));
                    info!(
                        target: "viewkeeper::lock",
                        "waiting for pid {} ({:?}), which has worked on the project for {} s",
                        holder.pid, holder.application, holder.seconds
                    );
                }
            }
            // No transaction is open while we sleep: a snapshot would hold up others.
            self.session.rollback();
            if !backoff.pause() {
                let who = holder.map_or_else(String::new, |holder| {
                    format!(
                        ": pid {} ({:?}) holds it since {} s",
                        holder.pid, holder.application, holder.seconds
                    )
                });
                return Err(Error::new(
                    ErrorKind::Busy,
                    format!("another process works on project \"{}\"{who}", self.project.name()),
                )
                .unchanged()
                .help("wait for it, or end it with pg_terminate_backend"));
            }
        }
    }

    /// Waits when a living session runs a migration outside of a transaction.
    pub fn others_claim(&mut self) -> Result<bool, Error> {
        let failed = |failure: Failure| failure.while_(ErrorKind::Ledger, "cannot read the ledger's claims");
        let text = self.ledger.claim_text("claims", 0, "");
        let claims: Vec<outside::Claim> = self.session.ask(&text).map_err(failed)?;
        let Some(claim) = claims.first() else { return Ok(false) };
        info!(
            target: "viewkeeper::lock",
            "waiting for pid {} ({:?}), which has run migration {} for {} s",
            claim.pid, claim.application, Line(&claim.name), claim.seconds
        );
        self.session.rollback();
        if self.started.elapsed() > self.options.lock_wait {
            return Err(Error::new(
                ErrorKind::Busy,
                format!(
                    "pid {} ({:?}) has run migration {} for {} s",
                    claim.pid, claim.application, claim.name, claim.seconds
                ),
            )
            .unchanged());
        }
        std::thread::sleep(Duration::from_millis(100));
        Ok(true)
    }
}
