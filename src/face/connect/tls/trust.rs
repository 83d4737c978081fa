//! Which certificates of a server are taken.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{verify_server_cert_signed_by_trust_anchor, verify_server_name};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, DigitallySignedStruct, RootCertStore, SignatureScheme};

use super::words::{Mode, Words};
use crate::words::error::{Error, ErrorKind};

/// Where the certificates come from that vouch for a server's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Roots {
    /// Any certificate is taken: nobody listens, but nobody knows who is spoken to.
    Anyones,
    /// `sslrootcert`.
    Given(PathBuf),
    /// The file that libpq looks for where nothing is said.
    Usual(PathBuf),
    System,
}

impl Roots {
    /// As libpq, with two differences that a person is better off with: verify-full without a file takes the system's certificates, and
    /// a file that nobody named is no reason to refuse a server where TLS is only preferred.
    pub fn of(words: &Words, mode: Mode, usual: Option<PathBuf>) -> Result<Self, Error> {
        Ok(match (words.root.as_deref(), usual, mode) {
            (Some("system"), ..) => Roots::System,
            (Some(file), ..) => Roots::Given(file.into()),
            (None, _, Mode::Disable | Mode::Prefer) => Roots::Anyones,
            (None, Some(file), _) => Roots::Usual(file),
            (None, None, Mode::Require) => Roots::Anyones,
            (None, None, Mode::VerifyFull) => Roots::System,
            (None, None, Mode::VerifyCa) => {
                let what = "sslmode=verify-ca needs the certificate of an authority";
                return Err(Error::new(ErrorKind::Connection, what).help(
                    "sslrootcert=FILE names it; sslmode=verify-full does with those of the system, because it compares the name, too",
                ));
            }
        })
    }

    fn load(&self) -> Result<Vec<CertificateDer<'static>>, Error> {
        match self {
            Roots::Anyones => Ok(Vec::new()),
            Roots::Given(file) | Roots::Usual(file) => certificates(file, "sslrootcert"),
            Roots::System => {
                let found = rustls_native_certs::load_native_certs();
                if !found.certs.is_empty() {
                    return Ok(found.certs);
                }
                let error = Error::new(ErrorKind::Connection, "the system has no certificates of authorities")
                    .help("sslrootcert=FILE names those to trust; on Linux the package ca-certificates installs the usual ones");
                Err(found.errors.into_iter().fold(error, |error, cause| error.note(cause.to_string())))
            }
        }
    }
}

/// The certificates in a file; there is at least one.
pub fn certificates(file: &Path, option: &str) -> Result<Vec<CertificateDer<'static>>, Error> {
    let read = CertificateDer::pem_file_iter(file).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let shown = file.display();
    match read {
        Ok(certificates) if certificates.is_empty() => {
            let what = format!("the file of {option} holds no certificate: \"{shown}\"");
            Err(Error::new(ErrorKind::Connection, what)
                .help("it has to be in PEM: -----BEGIN CERTIFICATE-----"))
        }
        Ok(certificates) => Ok(certificates),
        Err(error) => {
            let what = format!("cannot read the file of {option}, \"{shown}\"");
            Err(Error::new(ErrorKind::Connection, what).caused_by(error))
        }
    }
}

/// What decides about a server's certificate.
#[derive(Debug)]
pub struct Trust {
    /// None takes any certificate.
    roots: Option<RootCertStore>,
    /// The same certificates as they are.
    given: Vec<CertificateDer<'static>>,
    names: Names,
    provider: Arc<CryptoProvider>,
}

/// Whether the name is compared that was connected to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Names {
    Compare,
    Ignore,
}

impl Trust {
    pub fn new(roots: &Roots, names: Names, provider: Arc<CryptoProvider>) -> Result<Self, Error> {
        let given = roots.load()?;
        let store = match roots {
            Roots::Anyones => None,
            // Some system certificates are of kinds that rustls does not know; the others count.
            Roots::System => {
                let mut store = RootCertStore::empty();
                store.add_parsable_certificates(given.iter().cloned());
                Some(store)
            }
            Roots::Given(file) | Roots::Usual(file) => {
                let mut store = RootCertStore::empty();
                for certificate in &given {
                    store.add(certificate.clone()).map_err(|error| {
                        let what = format!("cannot use a certificate of \"{}\"", file.display());
                        Error::new(ErrorKind::Connection, what).caused_by(error)
                    })?;
                }
                Some(store)
            }
        };
        Ok(Trust { roots: store, given, names, provider })
    }
}

impl ServerCertVerifier for Trust {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let Some(roots) = &self.roots else { return Ok(ServerCertVerified::assertion()) };
        let certificate = ParsedCertificate::try_from(end_entity)?;
        let algorithms = self.provider.signature_verification_algorithms.all;
        match verify_server_cert_signed_by_trust_anchor(&certificate, roots, intermediates, now, algorithms) {
            // A certificate that signed itself, as PostgreSQL's manual makes them, says that it is an authority's, which webpki takes from
            // no server. One that stands in the file itself is trusted, as OpenSSL does; its dates were looked at before.
            Err(rustls::Error::InvalidCertificate(CertificateError::Other(_)))
                if self.given.iter().any(|given| given == end_entity) => {}
            checked => checked?,
        }
        if self.names == Names::Compare {
            verify_server_name(&certificate, server_name)?;
        }
        Ok(ServerCertVerified::assertion())
    }

    // Also where any certificate is taken: only this shows that the server holds its key, without which the channel binding of SCRAM
    // would prove nothing.
    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signed, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signed, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
