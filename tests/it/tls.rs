//! The binary speaks TLS, in libpq's words.

use std::sync::OnceLock;

use crate::support::cli::Cli;
use crate::support::folder::Folder;
use crate::support::secure::{Authority, Certificate, Secure, asking, expired, self_signed, session};
use crate::support::{project, server};

/// The server of these tests, its authority, and a stranger.
struct World {
    secure: Secure,
    authority: Authority,
    stranger: Authority,
    person: Certificate,
}

/// Who is refused without TLS, who is refused with it, who has to be known by a certificate, and who by channel binding.
const RULES: &str = "\
hostnossl all demands all reject
hostssl all shuns all reject
host all absent all trust
hostssl all person all cert
hostssl all bound all scram-sha-256";

fn world() -> Option<&'static World> {
    static WORLD: OnceLock<Option<World>> = OnceLock::new();
    let world = WORLD.get_or_init(|| {
        let authority = Authority::new("the authority");
        let person = authority.certificate("person", &[]);
        // Not for localhost: the name by which the server is not to be trusted.
        let own = authority.certificate("server", &["127.0.0.1", "db.example.org"]);
        let secure = Secure::start(&own, Some(&authority), &[], RULES)?;
        secure
            .database()
            .connect()
            .unwrap()
            .batch_execute(
                "create role demands superuser login password 'right';
                 create role shuns login password 'right';
                 create role person login;
                 create role bound login password 'right'",
            )
            .unwrap();
        Some(World { secure, authority, stranger: Authority::new("a stranger"), person })
    });
    world.as_ref()
}

/// A folder with the project and the certificates.
fn folder(world: &World) -> Folder {
    let folder = Folder::new(&asking());
    folder.write("ca.crt", &world.authority.pem());
    folder.write("stranger.crt", &world.stranger.pem());
    folder.write("a folder/ca@home.crt", &world.authority.pem());
    folder.write("person.crt", &world.person.certificate);
    folder.write("person.key", &world.person.key);
    folder.write("empty.crt", "nothing\n");
    folder
}

/// The URL with other words.
fn with(url: &str, words: &str) -> String {
    if words.is_empty() { url.to_owned() } else { format!("{url}?{words}") }
}

/// The URL of another user.
fn of(url: &str, user: &str) -> String {
    let at = url.find('@').unwrap();
    format!("postgresql://{user}:right{}", &url[at..])
}

#[test]
fn each_mode_is_libpqs_with_and_without_a_server_that_speaks_tls() {
    let Some(world) = world() else { return };
    let folder = folder(world);
    let (secure, plain) = (world.secure.database(), server().database().unwrap());
    let without =
        "server does not support TLS\n  help: sslmode=disable connects without TLS, sslmode=prefer with it";
    for (words, there, elsewhere) in [
        ("", true, Ok(false)),
        ("sslmode=disable", false, Ok(false)),
        ("sslmode=allow", true, Ok(false)),
        ("sslmode=prefer", true, Ok(false)),
        ("sslmode=prefer&sslrootcert=ca.crt", true, Ok(false)),
        ("sslmode=require", true, Err(without)),
        ("ssl=true", true, Err(without)),
        ("sslmode=require&sslrootcert=ca.crt", true, Err(without)),
        ("sslmode=verify-ca&sslrootcert=ca.crt", true, Err(without)),
        ("sslmode=verify-full&sslrootcert=ca.crt", true, Err(without)),
        ("sslmode=verify-full", true, Err(without)),
        ("sslrootcert=system", true, Err(without)),
        ("sslmode=verify-full&sslrootcert=system", true, Err(without)),
    ] {
        // For these sessions the machine knows our authority.
        let known = [("SSL_CERT_FILE", "ca.crt"), ("SSL_CERT_DIR", "none")];
        assert_eq!(session(&folder, &with(secure.url(), words), &known), Ok((there, None)), "{words}");
        let found = session(&folder, &with(plain.url(), words), &known);
        match elsewhere {
            Ok(encrypted) => assert_eq!(found, Ok((encrypted, None)), "{words}"),
            Err(said) => {
                let error = found.expect_err(words);
                assert!(
                    error.starts_with("cannot connect to database \"") && error.contains(said),
                    "{words}: {error}"
                );
            }
        }
    }
}

#[test]
fn a_server_that_cannot_be_trusted_is_refused() {
    let Some(world) = world() else { return };
    let folder = folder(world);
    let database = world.secure.database();
    let elsewhere = database.url().replace("127.0.0.1", "localhost");
    for (url, words, said, help) in [
        (
            database.url(),
            "sslmode=verify-full&sslrootcert=stranger.crt",
            "UnknownIssuer",
            "the authority that signed the server's; \"stranger.crt\" does not",
        ),
        (
            database.url(),
            "sslmode=verify-ca&sslrootcert=stranger.crt",
            "UnknownIssuer",
            "signed the server's",
        ),
        (database.url(), "sslmode=require&sslrootcert=stranger.crt", "UnknownIssuer", "signed the server's"),
        // libpq would go on without TLS here.
        (database.url(), "sslrootcert=stranger.crt", "UnknownIssuer", "signed the server's"),
        (database.url(), "sslmode=verify-full", "UnknownIssuer", "the certificates of this system"),
        (database.url(), "sslrootcert=system", "UnknownIssuer", "sslrootcert=FILE names"),
        (
            &elsewhere,
            "sslmode=verify-full&sslrootcert=ca.crt",
            "certificate not valid for name \"localhost\"",
            "or say sslmode=verify-ca",
        ),
        (
            database.url(),
            "sslmode=verify-ca",
            "needs the certificate of an authority",
            "sslrootcert=FILE names it",
        ),
        (
            database.url(),
            "sslmode=require&sslrootcert=system",
            "the sslmode has to be verify-full",
            "leave sslmode out",
        ),
        (database.url(), "sslmode=verify-full&sslrootcert=none.crt", "\"none.crt\"", ""),
        (database.url(), "sslmode=verify-full&sslrootcert=empty.crt", "holds no certificate", "PEM"),
        (database.url(), "sslmode=verify_full", "the value of sslmode is none that is known", "verify-full"),
        (database.url(), "sslcert=person.crt", "sslcert and sslkey go together", "missing"),
        (database.url(), "sslcert=person.crt&sslkey=ca.crt", "cannot read the file of sslkey", "PEM"),
    ] {
        // Whatever authorities this machine knows, the stranger is the only one.
        let variables = [("SSL_CERT_FILE", "stranger.crt"), ("SSL_CERT_DIR", "none")];
        let error = session(&folder, &with(url, words), &variables).expect_err(words);
        assert!(error.contains(said), "{words}: {error}");
        assert!(
            help.is_empty() || error.split_once("  help: ").is_some_and(|(_, told)| told.contains(help)),
            "{words}: {error}"
        );
        let password = database.url().split([':', '@']).nth(2).unwrap();
        assert!(!error.contains(password), "{error}");
    }
    // The name is compared where it is asked for only.
    for words in
        ["sslmode=verify-ca&sslrootcert=ca.crt", "sslmode=require&sslrootcert=ca.crt", "sslmode=require"]
    {
        assert_eq!(session(&folder, &with(&elsewhere, words), &[]), Ok((true, None)), "{words}");
    }
}

#[test]
fn the_words_stand_in_either_form_of_a_connection_string_and_in_the_environment() {
    let Some(world) = world() else { return };
    let folder = folder(world);
    let database = world.secure.database();
    let url = database.url();
    let config = database.config();
    let pairs = format!(
        "user=postgres password={} dbname={} port={}",
        std::str::from_utf8(config.get_password().unwrap()).unwrap(),
        database.name(),
        config.get_ports()[0]
    );
    for url in [
        with(url, "sslmode=verify%2Dfull&sslrootcert=a%20folder%2Fca%40home.crt&connect_timeout=9"),
        with(url, "sslrootcert=a folder/ca@home.crt&sslmode=verify-full"),
        format!("{pairs} host=127.0.0.1 sslmode=verify-full sslrootcert='a folder/ca@home.crt'"),
        format!("sslmode = verify-full sslrootcert=a\\ folder/ca@home.crt {pairs} hostaddr=127.0.0.1"),
        format!("{pairs} host=db.example.org hostaddr=127.0.0.1 sslmode=verify-full sslrootcert=ca.crt"),
    ] {
        assert_eq!(session(&folder, &url, &[]), Ok((true, None)), "{url}");
    }
    let by_name = format!("{pairs} host=localhost hostaddr=127.0.0.1 sslmode=verify-full sslrootcert=ca.crt");
    let error = session(&folder, &by_name, &[]).expect_err("another name");
    assert!(error.contains("not valid for name \"localhost\""), "{error}");

    assert_eq!(session(&folder, url, &[("PGSSLMODE", "disable")]), Ok((false, None)));
    let required = with(url, "sslmode=require");
    assert_eq!(session(&folder, &required, &[("PGSSLMODE", "disable")]), Ok((true, None)));
    let stranger = [("PGSSLMODE", "verify-ca"), ("PGSSLROOTCERT", "stranger.crt")];
    assert!(session(&folder, url, &stranger).expect_err("a stranger").contains("UnknownIssuer"));
    let own = with(url, "sslrootcert=ca.crt");
    assert_eq!(session(&folder, &own, &stranger), Ok((true, None)), "the URL goes first");
}

#[test]
fn the_file_that_libpq_looks_for_is_found() {
    let Some(world) = world() else { return };
    let folder = folder(world);
    let database = world.secure.database();
    folder.write(".postgresql/root.crt", &world.authority.pem());
    for mode in ["require", "verify-ca", "verify-full"] {
        let url = with(database.url(), &format!("sslmode={mode}"));
        assert_eq!(session(&folder, &url, &[]), Ok((true, None)), "{mode}");
    }
    folder.write(".postgresql/root.crt", &world.stranger.pem());
    for mode in ["require", "verify-ca", "verify-full"] {
        let url = with(database.url(), &format!("sslmode={mode}"));
        let error = session(&folder, &url, &[]).expect_err(mode);
        assert!(
            error.contains("UnknownIssuer") && error.contains("root.crt\" vouches for no such"),
            "{error}"
        );
    }
    assert_eq!(session(&folder, database.url(), &[]), Ok((true, None)), "preferred TLS asks nobody");
}

#[test]
fn what_the_rules_of_the_server_ask_for_is_said() {
    let Some(world) = world() else { return };
    let folder = folder(world);
    let database = world.secure.database();
    let demands = of(database.url(), "demands");
    assert_eq!(session(&folder, &demands, &[]), Ok((true, None)));
    let error = session(&folder, &with(&demands, "sslmode=disable"), &[]).expect_err("no TLS");
    assert!(error.contains("(28000)") || error.contains("pg_hba.conf"), "{error}");
    assert!(error.contains("(hostssl), say sslmode=require; else it lacks a line for it"), "{error}");

    let shuns = of(database.url(), "shuns");
    assert_eq!(session(&folder, &shuns, &[]), Ok((false, None)));
    let error = session(&folder, &with(&shuns, "sslmode=require"), &[]).expect_err("TLS");
    assert!(error.contains("help: pg_hba.conf on the server has to have a line for this"), "{error}");
    let error = session(&folder, &of(database.url(), "absent"), &[]).expect_err("no such role");
    assert!(error.contains("help: on the server: create role absent login;"), "{error}");

    let person = format!("{}?sslmode=verify-full&sslrootcert=ca.crt", of(database.url(), "person"));
    let known = Ok((true, Some("/CN=person".to_owned())));
    assert_eq!(session(&folder, &format!("{person}&sslcert=person.crt&sslkey=person.key"), &[]), known);
    let error = session(&folder, &person, &[]).expect_err("no certificate");
    assert!(
        error.contains("help: a server that demands a certificate of its clients takes sslcert=FILE"),
        "{error}"
    );
    folder.write(".postgresql/postgresql.crt", &world.person.certificate);
    folder.write(".postgresql/postgresql.key", &world.person.key);
    assert_eq!(session(&folder, &person, &[]), known, "libpq's own place");

    // The server proves that it knows the password, and that nobody stands between.
    let bound = format!("{}?channel_binding=require", of(database.url(), "bound"));
    assert_eq!(
        session(&folder, &with(&bound, "").replace("?c", "?sslmode=require&c"), &[]).map(|s| s.0),
        Ok(true)
    );
    session(&folder, &format!("{bound}&sslmode=disable"), &[]).expect_err("nothing to be bound to");
    let wrong = of(database.url(), "bound").replace(":right@", ":wrong@");
    let error = session(&folder, &wrong, &[]).expect_err("a wrong password");
    assert!(error.contains("password authentication failed") && !error.contains("wrong"), "{error}");
}

#[test]
fn a_certificate_that_signed_itself_is_trusted_where_it_is_named() {
    let own = self_signed(&["127.0.0.1"]);
    let Some(secure) = Secure::start(&own, None, &[], "") else { return };
    let folder = Folder::new(&asking());
    folder.write("server.crt", &own.certificate);
    folder.write("another.crt", &self_signed(&["127.0.0.1"]).certificate);
    let database = secure.database();
    let session_with = |words: &str| session(&folder, &with(database.url(), words), &[]);
    assert_eq!(session_with("sslmode=verify-full&sslrootcert=server.crt"), Ok((true, None)));
    let error = session_with("sslmode=verify-full&sslrootcert=another.crt").expect_err("another certificate");
    assert!(
        error.contains("invalid peer certificate") && error.contains("help: sslrootcert=FILE"),
        "{error}"
    );
    let named =
        with(&database.url().replace("127.0.0.1", "localhost"), "sslmode=verify-full&sslrootcert=server.crt");
    assert!(session(&folder, &named, &[]).expect_err("another name").contains("not valid for name"));
}

#[test]
fn a_certificate_whose_time_is_over_is_no_certificate() {
    let own = expired(&["127.0.0.1"]);
    let Some(secure) = Secure::start(&own, None, &[], "") else { return };
    let folder = Folder::new(&asking());
    folder.write("server.crt", &own.certificate);
    let database = secure.database();
    let url = with(database.url(), "sslmode=verify-full&sslrootcert=server.crt");
    let error = session(&folder, &url, &[]).expect_err("an old certificate");
    assert!(
        error.contains("expired") && error.contains("help: the server needs a new certificate"),
        "{error}"
    );
    assert_eq!(session(&folder, &with(database.url(), "sslmode=require"), &[]), Ok((true, None)));
}

/// A server that speaks only what nobody should speak any more.
#[test]
fn where_the_handshake_fails_preferred_tls_is_done_without() {
    let own = self_signed(&["127.0.0.1"]);
    let old = [("ssl_min_protocol_version", "TLSv1"), ("ssl_max_protocol_version", "TLSv1.1")];
    let Some(secure) = Secure::start(&own, None, &old, "") else { return };
    let folder = Folder::new(&asking());
    let database = secure.database();
    assert_eq!(session(&folder, database.url(), &[]), Ok((false, None)));
    let error = session(&folder, &with(database.url(), "sslmode=require"), &[]).expect_err("no handshake");
    assert!(error.contains("error performing TLS handshake"), "{error}");
}

#[test]
fn a_socket_in_the_file_system_needs_no_tls() {
    let folder = Folder::new(&asking());
    let database = server().database().unwrap();
    let config = database.config();
    let directory: String = database
        .connect()
        .unwrap()
        .query_one("select current_setting('unix_socket_directories')", &[])
        .unwrap()
        .get(0);
    if directory.is_empty() {
        return;
    }
    let url = format!(
        "host='{directory}' port={} user=postgres dbname={} password={} sslmode=require",
        config.get_ports()[0],
        database.name(),
        std::str::from_utf8(config.get_password().unwrap()).unwrap(),
    );
    assert_eq!(session(&folder, &url, &[]), Ok((false, None)));
}

/// Whoever may connect with TLS only, and is not told so anywhere but in the URL, gets through every command.
#[test]
fn every_connection_of_a_command_goes_the_same_way() {
    let Some(world) = world() else { return };
    let files = project("app")
        .file("viewkeeper.toml", "name = \"app\"\n")
        .file("migrations/V1__t.sql", "create table t (id int primary key, name text);\n")
        .file("views/a.sql", "create view a as\nselect id, name from t;\n");
    let folder = Folder::new(&files);
    folder.write("ca.crt", &world.authority.pem());
    let (database, empty) = (world.secure.database(), world.secure.database());
    let words = "?sslmode=verify-full&sslrootcert=ca.crt";
    let cli = Cli { folder: &folder, url: of(database.url(), "demands") + words };
    assert!(cli.run(&["apply"], 0).contains("created   view public.a"));
    assert!(cli.run(&["apply"], 0).contains("up to date"));
    cli.run(&["check"], 0);
    // The scratch database beside it, and one of another URL.
    cli.run(&["validate"], 0);
    cli.run(&["validate", "--scratch-url", &(of(empty.url(), "demands") + words)], 0);
    let refused =
        cli.run(&["validate", "--scratch-url", &(of(empty.url(), "demands") + "?sslmode=disable")], 2);
    assert!(refused.contains("cannot connect"), "{refused}");
    let mut client = database.connect().unwrap();
    crate::support::laws::second_run_is_a_no_op(&database, &mut client, &files);
}
