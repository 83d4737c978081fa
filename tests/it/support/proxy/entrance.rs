//! The proxy's own address, and what a test asks of it.

use std::io;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use postgres::config::Host;
use postgres::{Client, Config, NoTls};
use viewkeeper::testing::Database;

use super::connection;
use super::state::{CutAt, Shared};
use super::traffic::Traffic;

/// A proxy in front of a database, for any number of connections, until it is dropped.
pub struct Proxy {
    address: SocketAddr,
    config: Config,
    shared: Arc<Shared>,
}

impl Proxy {
    /// A proxy on a free port, which passes everything on until it is told otherwise.
    pub fn start(database: &Database) -> io::Result<Proxy> {
        let mut config = database.config();
        let host = match config.get_hosts().first() {
            Some(Host::Tcp(host)) => host.clone(),
            _ => return Err(io::Error::other("the proxy needs a server that listens on TCP")),
        };
        let port = config.get_ports().first().copied().unwrap_or(5432);
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        config = redirect(&config, address);

        let server = format!("{host}:{port}");
        let shared = Arc::new(Shared::default());
        let accepting = Arc::clone(&shared);
        thread::spawn(move || {
            for client in listener.incoming() {
                if accepting.state().closed {
                    return;
                }
                let (shared, server) = (Arc::clone(&accepting), server.clone());
                // A connection that breaks during start-up is the client's affair; it sees the end of the stream.
                thread::spawn(move || connection::serve(&shared, client?, TcpStream::connect(server)?));
            }
        });
        Ok(Proxy { address, config, shared })
    }

    /// How a client reaches the database through the proxy.
    pub fn config(&self) -> Config {
        self.config.clone()
    }

    /// A session through the proxy.
    pub fn connect(&self) -> Result<Client, postgres::Error> {
        self.config.connect(NoTls)
    }

    /// The same as a connection string, for other processes and other client libraries.
    pub fn url(&self) -> String {
        let user = encoded(self.config.get_user().unwrap_or_default().as_bytes());
        let password = encoded(self.config.get_password().unwrap_or_default());
        let database = encoded(self.config.get_dbname().unwrap_or_default().as_bytes());
        format!("postgresql://{user}:{password}@{}/{database}", self.address)
    }

    /// What went over the wire since the start or the last reset.
    pub fn traffic(&self) -> Traffic {
        self.shared.state().traffic.clone()
    }

    /// The round trips since the start or the last reset.
    pub fn round_trips(&self) -> usize {
        self.shared.state().traffic.round_trips
    }

    /// Begins to count anew.
    pub fn reset(&self) {
        self.shared.state().traffic = Traffic::default();
    }

    /// Cuts one connection, once; the count begins now. Later connections are served as before.
    pub fn cut(&self, at: CutAt) {
        let mut state = self.shared.state();
        state.cut = Some((at, 0));
        state.was_cut = false;
    }

    /// Whether the cut was reached; a run with fewer messages than that never meets it.
    pub fn was_cut(&self) -> bool {
        self.shared.state().was_cut
    }

    /// Holds everything back, in both directions, until `resume`.
    pub fn pause(&self) {
        self.shared.state().paused = true;
    }

    /// Holds everything back from the client's message of this number on, counted from 1 and from now, until `resume`: to the
    /// server it looks as if the client stood still.
    pub fn stall(&self, message: usize) {
        self.shared.state().stalls_after = Some(message - 1);
    }

    /// Holds everything back from the client's next message on that holds these words, until `resume`.
    pub fn stall_before(&self, words: &str) {
        self.shared.state().stalls_before = Some(words.to_owned());
    }

    /// Whether everything is held back.
    pub fn is_paused(&self) -> bool {
        self.shared.state().paused
    }

    /// Passes on what was held back.
    pub fn resume(&self) {
        self.shared.state().paused = false;
        self.shared.changed.notify_all();
    }

    /// Waits until the server has ended all sessions, so that their locks are free and their transactions over; says
    /// whether it has.
    pub fn settle(&self, patience: Duration) -> bool {
        let end = Instant::now() + patience;
        let mut state = self.shared.state();
        while state.open > 0 {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            state = self.shared.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        true
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.shared.state().closed = true;
        self.resume();
        // Wakes the accepting thread, which then sees that it is over.
        let _ = TcpStream::connect(self.address);
    }
}

/// The same database and account at another address.
fn redirect(config: &Config, address: SocketAddr) -> Config {
    let mut redirected = Config::new();
    redirected.host(&address.ip().to_string()).port(address.port());
    if let Some(user) = config.get_user() {
        redirected.user(user);
    }
    if let Some(password) = config.get_password() {
        redirected.password(password);
    }
    if let Some(database) = config.get_dbname() {
        redirected.dbname(database);
    }
    if let Some(options) = config.get_options() {
        redirected.options(options);
    }
    redirected
}

/// A part of a URL; more is escaped than must be.
fn encoded(text: &[u8]) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    text.iter()
        .map(|&byte| if plain(byte) { char::from(byte).into() } else { format!("%{byte:02X}") })
        .collect()
}
