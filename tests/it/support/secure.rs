//! A server that speaks TLS, with certificates made for the test.

use std::thread;
use std::time::Duration;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DistinguishedName, DnType, IsCa, KeyPair};
use viewkeeper::testing::{Database, Server};

use super::Files;
use super::cli::Cli;
use super::folder::Folder;

/// An authority of the test's own.
pub struct Authority(CertifiedIssuer<'static, KeyPair>);

/// A certificate and its key, in PEM.
pub struct Certificate {
    pub certificate: String,
    pub key: String,
}

impl Authority {
    pub fn new(name: &str) -> Self {
        let key = KeyPair::generate().unwrap();
        Authority(CertifiedIssuer::self_signed(authority(name, &[]), key).unwrap())
    }

    pub fn pem(&self) -> String {
        self.0.pem()
    }

    /// A certificate for these hosts; the common name is for a client.
    pub fn certificate(&self, name: &str, hosts: &[&str]) -> Certificate {
        let key = KeyPair::generate().unwrap();
        let certificate = named(name, hosts).signed_by(&key, &self.0).unwrap();
        Certificate { certificate: certificate.pem(), key: key.serialize_pem() }
    }
}

/// A certificate that signed itself and says that it is an authority's, as `openssl req -x509` makes them.
pub fn self_signed(hosts: &[&str]) -> Certificate {
    let key = KeyPair::generate().unwrap();
    let certificate = authority("alone", hosts).self_signed(&key).unwrap();
    Certificate { certificate: certificate.pem(), key: key.serialize_pem() }
}

/// One whose time is over.
pub fn expired(hosts: &[&str]) -> Certificate {
    let key = KeyPair::generate().unwrap();
    let mut params = authority("old", hosts);
    params.not_after = rcgen::date_time_ymd(2020, 1, 1);
    Certificate { certificate: params.self_signed(&key).unwrap().pem(), key: key.serialize_pem() }
}

fn authority(name: &str, hosts: &[&str]) -> CertificateParams {
    let mut params = named(name, hosts);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params
}

fn named(name: &str, hosts: &[&str]) -> CertificateParams {
    let hosts: Vec<String> = hosts.iter().map(ToString::to_string).collect();
    let mut params = CertificateParams::new(hosts).unwrap();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    params
}

/// A throwaway server with TLS.
pub struct Secure {
    pub server: Server,
}

impl Secure {
    /// Starts one with this certificate, with settings and with rules that go before its own; none where PostgreSQL was built without
    /// TLS.
    pub fn start(
        own: &Certificate,
        clients: Option<&Authority>,
        settings: &[(&str, &str)],
        rules: &str,
    ) -> Option<Self> {
        let server = Server::builder().throwaway().start().unwrap_or_else(|error| panic!("{error}"));
        let database = server.database().unwrap();
        let mut client = database.connect().unwrap();
        let mut write = |file: &str, text: &str| {
            // The server writes its own files: it takes no key that another account owns or may read.
            let sql = format!(
                "copy (select line from unnest(string_to_array($file${}$file$, e'\\n')) line)
                   to program 'umask 077; cat > {file}'",
                text.trim_end()
            );
            client.batch_execute(&sql).unwrap_or_else(|error| panic!("{file}: {error:?}"));
        };
        write("server.crt", &own.certificate);
        write("server.key", &own.key);
        if let Some(authority) = clients {
            write("root.crt", &authority.pem());
        }
        let theirs: String =
            client.query_one("select pg_read_file('pg_hba.conf')", &[]).unwrap().get::<_, String>(0);
        let theirs: Vec<&str> =
            theirs.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty()).collect();
        let all = format!("{rules}\n{}", theirs.join("\n"));
        let sql = format!(
            "copy (select line from unnest(string_to_array($file${all}$file$, e'\\n')) line) to program 'cat > pg_hba.conf'"
        );
        client.batch_execute(&sql).unwrap();
        if let Err(error) = client.batch_execute("alter system set ssl = on") {
            println!("skipped: {error:?}");
            return None;
        }
        if clients.is_some() {
            client.batch_execute("alter system set ssl_ca_file = 'root.crt'").unwrap();
        }
        for (name, value) in settings {
            client.batch_execute(&format!("alter system set {name} = '{value}'")).unwrap();
        }
        client.batch_execute("select pg_reload_conf()").unwrap();
        for _ in 0..500 {
            let mut next = database.connect().unwrap();
            let on: String = next.query_one("select current_setting('ssl')", &[]).unwrap().get(0);
            if on == "on" {
                return Some(Secure { server });
            }
            thread::sleep(Duration::from_millis(20));
        }
        panic!("the server has no TLS ten seconds after it was told to");
    }

    pub fn database(&self) -> Database {
        self.server.database().unwrap()
    }
}

/// A project that asks with `check` whether its session is encrypted.
pub fn asking() -> Files {
    super::project("app").file("viewkeeper.toml", "name = \"app\"\n").file(
        "checks/session.sql",
        "select ssl as tls, client_dn as name from pg_stat_ssl where pid = pg_backend_pid();\n",
    )
}

/// What `check` says of the session, with these variables: whether it is encrypted, or the error.
pub fn session(
    folder: &Folder,
    url: &str,
    variables: &[(&str, &str)],
) -> Result<(bool, Option<String>), String> {
    let cli = Cli { folder, url: url.to_owned() };
    let mut command = cli.command(&["--json", "check"]);
    // Nobody's own certificates.
    command.env("HOME", folder.path()).envs(variables.iter().copied());
    let output = command.output().unwrap();
    if output.status.code() == Some(2) {
        assert!(output.stdout.is_empty());
        let error: serde_json::Value = serde_json::from_slice(&output.stderr).unwrap();
        assert_eq!(error["error"]["kind"], "connection", "{error}");
        return Err(error["error"]["report"].as_str().unwrap().to_owned());
    }
    let check: serde_json::Value =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{output:?}"));
    let assertion = &check["assertions"][0];
    let row: Vec<&str> = assertion["rows"][0]
        .as_array()
        .unwrap_or_else(|| panic!("{check}"))
        .iter()
        .map(|value| value.as_str().unwrap())
        .collect();
    let encrypted = match row[0] {
        "tls=t" | "tls=true" => true,
        "tls=f" | "tls=false" => false,
        other => panic!("{other}"),
    };
    let name = row[1].strip_prefix("name=").filter(|name| name.starts_with('/'));
    Ok((encrypted, name.map(str::to_owned)))
}
