//! TLS, as psql's users expect it. The only module that knows rustls.

use std::env;
use std::error::Error as _;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;

use postgres::config::{Host, SslMode, SslNegotiation};
use postgres::error::SqlState;
use postgres::{CancelToken, Client, Config, NoTls};
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject;
use rustls::{CertificateError, ClientConfig};
use tokio_postgres_rustls::MakeRustlsConnect;

use self::trust::{Names, Roots, Trust, certificates};
use self::words::{Mode, Words};
use crate::face::connect::target::{Cancel, Target, Way, cancel_without_tls, parsed};
use crate::words::error::{Error, ErrorKind};
use crate::words::name::identifier;

mod trust;
mod words;

/// Reads a URL with libpq's words for TLS, and its variables.
pub fn target(url: &str) -> Result<Target, Error> {
    let (words, rest) = Words::out_of(url)?;
    let mut config = parsed(&rest)?;
    let words = words.or_read_by(&config).or_set_in(|name| env::var(name).ok())?;
    let way = Tls::new(&words, &mut config)?;
    Ok(Target::new(config, Rc::new(way)))
}

/// The way to a server, with as much TLS as was asked for.
struct Tls {
    mode: Mode,
    roots: Roots,
    /// None: without TLS.
    connector: Option<MakeRustlsConnect>,
}

impl Tls {
    /// Gets everything ready, so that files are read before anybody connects, and tells the postgres crate what it has to know.
    fn new(words: &Words, config: &mut Config) -> Result<Self, Error> {
        let mode = mode(words)?;
        // A socket in the file system is no way for strangers, and the server speaks no TLS there: libpq ignores `sslmode` then.
        let hosts = config.get_hosts();
        let local = !hosts.is_empty() && hosts.iter().all(|host| !matches!(host, Host::Tcp(_)));
        if mode == Mode::Disable || local {
            config.ssl_mode(SslMode::Disable);
            return Ok(Tls { mode: Mode::Disable, roots: Roots::Anyones, connector: None });
        }
        if hosts.is_empty() {
            // An address alone is the name, too; the postgres crate refuses TLS without a name.
            for address in config.get_hostaddrs().to_vec() {
                config.host(&address.to_string());
            }
        }
        config.ssl_mode(if mode == Mode::Prefer { SslMode::Prefer } else { SslMode::Require });
        let roots = Roots::of(words, mode, usual("root.crt"))?;
        let mut client = client(words, mode, &roots)?;
        if config.get_ssl_negotiation() == SslNegotiation::Direct {
            client.alpn_protocols = vec![b"postgresql".to_vec()];
        }
        Ok(Tls { mode, roots, connector: Some(MakeRustlsConnect::new(client)) })
    }
}

/// `sslrootcert=system` is for the certificates of everybody, so that without the name they prove nothing: as in libpq, it means
/// verify-full, and less is refused.
fn mode(words: &Words) -> Result<Mode, Error> {
    match (words.mode, words.root.as_deref()) {
        (None, Some("system")) => Ok(Mode::VerifyFull),
        (Some(Mode::Prefer | Mode::Require | Mode::VerifyCa), Some("system")) => {
            let what = "with sslrootcert=system the sslmode has to be verify-full";
            Err(Error::new(ErrorKind::Connection, what).help(
                "leave sslmode out, or name the certificate of the server's authority: sslrootcert=FILE",
            ))
        }
        (mode, _) => Ok(mode.unwrap_or(Mode::Prefer)),
    }
}

fn client(words: &Words, mode: Mode, roots: &Roots) -> Result<ClientConfig, Error> {
    let failed = |what: &str, error: rustls::Error| Error::new(ErrorKind::Connection, what).caused_by(error);
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let names = if mode == Mode::VerifyFull { Names::Compare } else { Names::Ignore };
    let trust = Trust::new(roots, names, Arc::clone(&provider))?;
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| failed("cannot speak TLS", error))?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(trust));
    let certificate = words.certificate.clone().or_else(|| usual("postgresql.crt"));
    let key = words.key.clone().or_else(|| usual("postgresql.key"));
    let Some((certificate, key)) = certificate.zip(key) else {
        if words.certificate.is_some() || words.key.is_some() {
            let what = "sslcert and sslkey go together";
            return Err(Error::new(ErrorKind::Connection, what).help("one of them is missing"));
        }
        return Ok(builder.with_no_client_auth());
    };
    let chain = certificates(&certificate, "sslcert")?;
    let key = PrivateKeyDer::from_pem_file(&key).map_err(|error| {
        let what = format!("cannot read the file of sslkey, \"{}\"", key.display());
        Error::new(ErrorKind::Connection, what)
            .caused_by(error)
            .help("it has to be in PEM, and not encrypted")
    })?;
    builder
        .with_client_auth_cert(chain, key)
        .map_err(|error| failed("the certificate of sslcert and the key of sslkey do not fit", error))
}

/// A file of libpq's folder, if it is there.
fn usual(name: &str) -> Option<PathBuf> {
    let folder = if cfg!(windows) {
        PathBuf::from(env::var_os("APPDATA")?).join("postgresql")
    } else {
        env::home_dir()?.join(".postgresql")
    };
    Some(folder.join(name)).filter(|file| file.exists())
}

impl Way for Tls {
    fn cancel(&self, token: CancelToken) -> Cancel {
        match self.connector.clone() {
            // Where the connection did without TLS, so does the token.
            Some(connector) => Box::new(move || drop(token.cancel_query(connector.clone()))),
            None => cancel_without_tls(token),
        }
    }

    fn connect(&self, config: &Config) -> Result<Client, postgres::Error> {
        let Some(connector) = &self.connector else { return config.connect(NoTls) };
        let error = match config.connect(connector.clone()) {
            Ok(client) => return Ok(client),
            Err(error) => error,
        };
        if self.mode == Mode::Prefer && may_go_without(&error) {
            let mut plain = config.clone();
            plain.ssl_mode(SslMode::Disable);
            if let Ok(client) = plain.connect(NoTls) {
                return Ok(client);
            }
        }
        Err(error)
    }

    fn help(&self, config: &Config, error: &postgres::Error) -> Option<String> {
        match certificate_error(error) {
            Some(CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. }) => Some(
                "connect to a name that stands in the certificate (as a subjectAltName; a common name does not count), \
                 or say sslmode=verify-ca, which compares no names"
                    .to_owned(),
            ),
            Some(CertificateError::UnknownIssuer | CertificateError::Other(_)) => Some(match &self.roots {
                Roots::Given(file) => format!(
                    "sslrootcert=FILE has to name the certificate of the authority that signed the server's; \"{}\" does not",
                    file.display()
                ),
                Roots::Usual(file) => format!(
                    "\"{}\" vouches for no such certificate; sslrootcert=FILE names another authority's",
                    file.display()
                ),
                Roots::System | Roots::Anyones => "the certificates of this system vouch for no such server; sslrootcert=FILE names the \
                                                   certificate of its authority, sslmode=require encrypts and verifies nothing"
                    .to_owned(),
            }),
            Some(CertificateError::Expired | CertificateError::ExpiredContext { .. }) => {
                Some("the server needs a new certificate".to_owned())
            }
            Some(_) => None,
            None if refuses_tls(error) => {
                Some("sslmode=disable connects without TLS, sslmode=prefer with it where the server can".to_owned())
            }
            None if error.code() == Some(&SqlState::INVALID_AUTHORIZATION_SPECIFICATION) => {
                Some(self.refused_by_rule(config, error))
            }
            None => None,
        }
    }
}

impl Tls {
    /// What helps against 28000, which a server says of a role that is not there, of a connection that no line of pg_hba.conf
    /// takes, and of a certificate that it misses. Its words are in any language; routines and file names are not.
    fn refused_by_rule(&self, config: &Config, error: &postgres::Error) -> String {
        let server = error.as_db_error();
        if server.and_then(|server| server.routine()) == Some("InitializeSessionUserId") {
            let user = identifier(config.get_user().unwrap_or("..."));
            return format!(
                "on the server: create role {user} login; or, where it is there: alter role {user} login;"
            );
        }
        let rule = server.is_some_and(|server| server.message().contains("pg_hba.conf"));
        match (rule, &self.connector) {
            (true, None) if self.mode == Mode::Disable => {
                "where pg_hba.conf takes this role with TLS only (hostssl), say sslmode=require; else it lacks a line for it".to_owned()
            }
            (true, _) => "pg_hba.conf on the server has to have a line for this database, role and address".to_owned(),
            (false, None) => {
                "a server that demands TLS refuses sslmode=disable so: say sslmode=require".to_owned()
            }
            (false, _) => "a server that demands a certificate of its clients takes sslcert=FILE and sslkey=FILE".to_owned(),
        }
    }
}

/// Whether a connection that TLS is only preferred for is tried without it. As in libpq: when the handshake fails, and when the server's rules
/// take nobody with TLS. Not as in libpq: a wrong password is not sent again in the clear, and a certificate that sslrootcert does
/// not vouch for is no reason to trust the server with less.
fn may_go_without(error: &postgres::Error) -> bool {
    let handshake = error.to_string() == "error performing TLS handshake";
    certificate_error(error).is_none()
        && (handshake || error.code() == Some(&SqlState::INVALID_AUTHORIZATION_SPECIFICATION))
}

/// The server has no TLS.
fn refuses_tls(error: &postgres::Error) -> bool {
    error.source().is_some_and(|cause| cause.to_string() == "server does not support TLS")
}

/// What is wrong with the server's certificate.
fn certificate_error(error: &postgres::Error) -> Option<&CertificateError> {
    let cause = error.source()?.downcast_ref::<std::io::Error>()?.get_ref()?;
    match cause.downcast_ref::<rustls::Error>()? {
        rustls::Error::InvalidCertificate(error) => Some(error),
        _ => None,
    }
}
