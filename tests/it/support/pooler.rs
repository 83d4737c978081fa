//! A pooler in transaction mode, as PgBouncer is: each transaction of a client runs in another session of the server.

use std::collections::VecDeque;
use std::io::{self, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;

use postgres::{Client, Config, NoTls};
use viewkeeper::testing::Database;

use super::proxy::wire::{Message, Reader};

/// A pooler in front of a database of a throwaway server, which asks for its password in plain.
pub struct Pooler {
    address: SocketAddr,
    config: Config,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    /// The sessions that no transaction holds. The one that waits longest comes next, so that a client never meets the same
    /// one twice in a row.
    idle: Mutex<VecDeque<Session>>,
    back: Condvar,
    /// The kinds of messages that a pooler in transaction mode cannot serve.
    strange: Mutex<Vec<char>>,
}

impl Pooler {
    /// A pooler with so many sessions.
    pub fn start(database: &Database, sessions: usize) -> Self {
        let config: Config = database.url().parse().unwrap();
        let shared = Arc::new(Shared::default());
        let open = (0..sessions).map(|_| Session::open(&config).unwrap());
        shared.idle.lock().unwrap().extend(open);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let accepting = Arc::clone(&shared);
        thread::spawn(move || {
            for client in listener.incoming() {
                let shared = Arc::clone(&accepting);
                // A client that goes, goes.
                thread::spawn(move || shared.serve(client?));
            }
        });
        Pooler { address, config, shared }
    }

    /// How a client reaches the database through the pooler.
    pub fn url(&self) -> String {
        let (user, database) = (self.config.get_user().unwrap(), self.config.get_dbname().unwrap());
        format!("postgresql://{user}@{}/{database}", self.address)
    }

    pub fn connect(&self) -> Client {
        Client::connect(&self.url(), NoTls).unwrap()
    }

    /// What a client asked for that needs a session of its own.
    pub fn strange(&self) -> Vec<char> {
        self.shared.strange.lock().unwrap().clone()
    }

    /// The first column of a query's rows, in each of the idle sessions.
    pub fn in_each_session(&self, sql: &str) -> Vec<Vec<String>> {
        let mut idle = self.shared.idle.lock().unwrap();
        idle.iter_mut().map(|session| session.column(sql).unwrap()).collect()
    }
}

impl Shared {
    fn serve(&self, mut client: TcpStream) -> io::Result<()> {
        client.set_nodelay(true)?;
        let mut reader = Reader::new(client.try_clone()?);
        while reader.first()?.is_some_and(|first| first.bytes().get(4..6) == Some(&[0x04, 0xd2])) {
            client.write_all(b"N")?;
        }
        // Nobody is asked for a password here.
        client.write_all(b"R\0\0\0\x08\0\0\0\0Z\0\0\0\x05I")?;
        let mut held: Option<Session> = None;
        loop {
            for message in reader.next()? {
                if message.kind() != 'Q' {
                    if message.kind() != 'X' {
                        self.strange.lock().unwrap().push(message.kind());
                    }
                    // A transaction that is left open goes with its session, as in every pooler.
                    return Ok(());
                }
                let mut session = held.take().unwrap_or_else(|| self.next());
                let (answer, open) = session.ask(&message)?;
                match open {
                    true => held = Some(session),
                    false => self.give_back(session),
                }
                client.write_all(&answer)?;
            }
        }
    }

    fn next(&self) -> Session {
        let idle = self.idle.lock().unwrap();
        let mut idle = self.back.wait_while(idle, |idle| idle.is_empty()).unwrap();
        idle.pop_front().expect("there was waited for one")
    }

    fn give_back(&self, session: Session) {
        self.idle.lock().unwrap().push_back(session);
        self.back.notify_one();
    }
}

/// A session with the server.
struct Session {
    server: TcpStream,
    reader: Reader,
}

impl Session {
    fn open(config: &Config) -> io::Result<Self> {
        let server = TcpStream::connect(("127.0.0.1", config.get_ports()[0]))?;
        server.set_nodelay(true)?;
        let mut session = Session { reader: Reader::new(server.try_clone()?), server };
        let mut first = vec![0, 3, 0, 0];
        for word in ["user", config.get_user().unwrap(), "database", config.get_dbname().unwrap(), ""] {
            first.extend(word.bytes().chain([0]));
        }
        session.server.write_all(&framed(None, &first))?;
        let password = [config.get_password().unwrap(), b"\0"].concat();
        session.server.write_all(&framed(Some(b'p'), &password))?;
        session.until_ready(|_| Ok(()))?;
        Ok(session)
    }

    /// The answer to a query, and whether a transaction is open after it.
    fn ask(&mut self, query: &Message) -> io::Result<(Vec<u8>, bool)> {
        self.server.write_all(query.bytes())?;
        let mut answer = Vec::new();
        let status = self.until_ready(|message| {
            answer.extend_from_slice(message.bytes());
            Ok(())
        })?;
        Ok((answer, status != b'I'))
    }

    fn column(&mut self, sql: &str) -> io::Result<Vec<String>> {
        self.server.write_all(&framed(Some(b'Q'), &[sql.as_bytes(), b"\0"].concat()))?;
        let mut rows = Vec::new();
        self.until_ready(|message| {
            if message.kind() == 'D' {
                // The header, the number of columns, and the length of the first.
                rows.push(String::from_utf8_lossy(&message.bytes()[11..]).into_owned());
            }
            Ok(())
        })?;
        Ok(rows)
    }

    /// Reads to the end of an answer; gives the status of the transaction.
    fn until_ready(&mut self, mut each: impl FnMut(&Message) -> io::Result<()>) -> io::Result<u8> {
        loop {
            let messages = self.reader.next()?;
            if messages.is_empty() {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            for message in messages {
                each(&message)?;
                if message.kind() == 'Z' {
                    return Ok(message.bytes()[5]);
                }
            }
        }
    }
}

/// A message as it is on the wire; the first of a connection has no kind.
fn framed(kind: Option<u8>, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len() + 4).unwrap();
    kind.into_iter().chain(length.to_be_bytes()).chain(body.iter().copied()).collect()
}
