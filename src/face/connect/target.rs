//! The database that a URL names, and the way to it.

use std::rc::Rc;

use postgres::config::SslMode;
use postgres::{CancelToken, Client, Config, NoTls};

use crate::words::connection::{not_postgres, whereabouts};
use crate::words::error::{Error, ErrorKind};
use crate::words::notice;

/// Cancels the statement that a connection runs, if it runs one.
pub type Cancel = Box<dyn Fn() + Send>;

/// How a URL is read: by the binary with libpq's words for TLS, by an application's commands as its own connections read it.
pub type Read<'c> = &'c dyn Fn(&str) -> Result<Target, Error>;

/// How a connection is made.
pub type Connect = dyn Fn(&Config) -> Result<Client, postgres::Error>;

/// How a connection is made, and what helps where it cannot be made.
pub trait Way {
    fn connect(&self, config: &Config) -> Result<Client, postgres::Error>;

    /// What cancels a statement, on the same way.
    fn cancel(&self, token: CancelToken) -> Cancel;

    fn help(&self, config: &Config, error: &postgres::Error) -> Option<String>;
}

/// A database, and the way to it. It shows nothing of the URL, which can hold a password.
#[derive(Clone)]
pub struct Target {
    config: Config,
    way: Rc<dyn Way>,
}

impl Target {
    /// Its sessions say in `pg_stat_activity` who they are, and what the server says in them is logged.
    pub fn new(mut config: Config, way: Rc<dyn Way>) -> Self {
        if config.get_application_name().is_none() {
            config.application_name("viewkeeper");
        }
        notice::hear(&mut config);
        Target { config, way }
    }

    /// Another database of the same server.
    pub fn beside(&self, database: &str) -> Self {
        let mut target = self.clone();
        target.config.dbname(database);
        target
    }

    /// A connection, and what cancels the statement that it runs.
    pub fn connect(&self) -> Result<(Client, Cancel), postgres::Error> {
        let client = self.way.connect(&self.config)?;
        let cancel = self.way.cancel(client.cancel_token());
        Ok((client, cancel))
    }

    /// The error of a connection that could not be made, as it is told.
    pub fn failed(&self, error: postgres::Error) -> Error {
        let help = self.way.help(&self.config, &error);
        let what = format!("cannot connect to {}", whereabouts(&self.config));
        let error = Error::new(ErrorKind::Connection, what).caused_by(error);
        match help {
            Some(help) => error.help(help),
            None => error,
        }
    }
}

/// Refuses what is not even meant for PostgreSQL, before anything else is said of it.
pub fn check(url: &str) -> Result<(), Error> {
    match not_postgres(url) {
        Some((message, help)) => Err(Error::new(ErrorKind::Connection, message).help(help)),
        None => Ok(()),
    }
}

/// Reads a connection string as the postgres crate does. What it cannot read is in no error.
pub fn parsed(url: &str) -> Result<Config, Error> {
    url.parse().map_err(|error: postgres::Error| {
        Error::new(ErrorKind::Connection, "the database URL cannot be read").caused_by(error)
    })
}

/// An application's own way.
pub struct Own {
    pub connect: Box<Connect>,
    pub cancel: Box<MakeCancel>,
}

/// How a statement is cancelled.
pub type MakeCancel = dyn Fn(CancelToken) -> Cancel;

impl Way for Own {
    fn connect(&self, config: &Config) -> Result<Client, postgres::Error> {
        (self.connect)(config)
    }

    fn cancel(&self, token: CancelToken) -> Cancel {
        (self.cancel)(token)
    }

    fn help(&self, config: &Config, error: &postgres::Error) -> Option<String> {
        let tls = config.get_ssl_mode() == SslMode::Require && error.as_db_error().is_none();
        tls.then(|| {
            "these commands connect without TLS, where the application does not say how it connects \
             (viewkeeper::cli::Commands::connect); the program viewkeeper speaks TLS"
                .to_owned()
        })
    }
}

/// The way of an application that names none.
pub fn without_tls(config: &Config) -> Result<Client, postgres::Error> {
    config.connect(NoTls)
}

/// Cancels without TLS. Nothing secret is sent, and the server asks for no password then.
pub fn cancel_without_tls(token: CancelToken) -> Cancel {
    // There is nobody to tell of an error: the next try may succeed, or the session is gone.
    Box::new(move || drop(token.cancel_query(NoTls)))
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::TcpListener;
    use std::sync::Mutex;
    use std::thread;

    use super::*;

    #[test]
    fn where_an_application_does_without_tls_the_error_says_who_decides() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        // A server that has TLS says so with one letter.
        let server = thread::spawn(move || {
            let (mut stream, _) = listener.accept().expect("a client");
            stream.read_exact(&mut [0; 8]).and_then(|()| stream.write_all(b"S")).expect("its question");
        });
        let url = format!("postgres://me:s3cret@127.0.0.1:{port}/app?sslmode=require");
        let target = Target::new(
            parsed(&url).expect("a URL"),
            Rc::new(Own { connect: Box::new(without_tls), cancel: Box::new(cancel_without_tls) }),
        );
        let error = target.failed(target.connect().map(drop).expect_err("no TLS"));
        let report = format!("{error:?}");
        assert!(report.contains("viewkeeper::cli::Commands::connect"), "{report}");
        assert!(!report.contains("s3cret"), "{report}");
        server.join().expect("the server");
    }

    /// A server that lets everybody in and says this first.
    fn greeting(message: &str) -> Vec<u8> {
        let fields = format!("SWARNING\0VWARNING\0C01000\0M{message}\0\0");
        let messages: [(u8, &[u8]); 3] = [(b'R', &[0; 4]), (b'N', fields.as_bytes()), (b'Z', b"I")];
        let framed = messages.iter().flat_map(|(kind, body)| {
            let length = u32::try_from(body.len() + 4).expect("a short message");
            [&[*kind], length.to_be_bytes().as_slice(), body].concat()
        });
        framed.collect()
    }

    struct Ears(Mutex<Vec<(log::Level, String, String)>>);

    impl log::Log for Ears {
        fn enabled(&self, _: &log::Metadata<'_>) -> bool {
            true
        }

        fn log(&self, record: &log::Record<'_>) {
            let heard = (record.level(), record.target().to_owned(), record.args().to_string());
            self.0.lock().expect("no panic").push(heard);
        }

        fn flush(&self) {}
    }

    #[test]
    fn what_a_server_says_beside_its_answers_is_logged_and_shown() {
        static EARS: Ears = Ears(Mutex::new(Vec::new()));
        log::set_logger(&EARS).expect("no other logger in these tests");
        log::set_max_level(log::LevelFilter::Info);
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let server = thread::spawn(move || {
            let (mut stream, _) = listener.accept().expect("a client");
            let mut length = [0; 4];
            stream.read_exact(&mut length).expect("its first message");
            let rest = u32::from_be_bytes(length) as usize - 4;
            stream.read_exact(&mut vec![0; rest]).expect("the rest of it");
            stream.write_all(&greeting("a\u{1b}]0;x\u{7}\nb")).expect("the greeting");
        });
        let url = format!("postgres://me@127.0.0.1:{port}/app?sslmode=disable");
        let target = Target::new(
            parsed(&url).expect("a URL"),
            Rc::new(Own { connect: Box::new(without_tls), cancel: Box::new(cancel_without_tls) }),
        );
        let (mut client, _) = target.connect().expect("a session");
        server.join().expect("the server");
        // The server is gone; what it said before that is heard now at the latest.
        let _ = client.batch_execute("");
        let heard = EARS.0.lock().expect("no panic");
        let said = heard.iter().filter(|(_, _, text)| text.contains("]0;x"));
        let expected =
            (log::Level::Warn, "viewkeeper::notice".to_owned(), "WARNING: a\\u{1b}]0;x\\u{7}\\nb".to_owned());
        assert_eq!(said.collect::<Vec<_>>(), [&expected]);
    }
}
