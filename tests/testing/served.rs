//! What a server and its databases promise.

use std::env;
use std::process::{Command, Output};

use postgres::error::SqlState;
use viewkeeper::testing::{Database, Server};

use crate::Result;

fn value(database: &Database, sql: &str) -> Result<String> {
    Ok(database.connect()?.query_one(sql, &[])?.try_get(0)?)
}

#[test]
fn databases_are_empty_and_apart() -> Result {
    let server = Server::shared()?;
    let (one, two) = (server.database()?, server.database()?);
    one.connect()?.batch_execute("create table genes (id bigint)")?;
    let tables = "select pg_catalog.count(*)::text from pg_catalog.pg_class where relname = 'genes'";
    assert_eq!(value(&one, tables)?, "1");
    assert_eq!(value(&two, tables)?, "0");
    assert_eq!(value(&one, "select pg_catalog.current_database()::text")?, one.name());
    assert!(one.url().ends_with(one.name()));
    assert_eq!(one.config().get_dbname(), Some(one.name()));
    Ok(())
}

#[test]
fn a_dropped_database_is_gone_with_its_sessions() -> Result {
    let server = Server::shared()?;
    let (stays, goes) = (server.database()?, server.database()?);
    let name = goes.name().to_owned();
    let mut session = goes.connect()?;
    drop(goes);
    assert!(session.simple_query("select 1").is_err());
    let left =
        format!("select pg_catalog.count(*)::text from pg_catalog.pg_database where datname = '{name}'");
    assert_eq!(value(&stays, &left)?, "0");
    Ok(())
}

#[test]
fn a_template_is_filled_once_and_copied() -> Result {
    let server = Server::shared()?;
    let template =
        server.template(|client| Ok(client.batch_execute("create view one as select 1 as id")?))?;
    let (one, two) = (template.database()?, template.database()?);
    one.connect()?.batch_execute("drop view one")?;
    assert_eq!(value(&two, "select id::text from one")?, "1");
    assert_eq!(value(&template.database()?, "select id::text from one")?, "1");

    let error =
        server.template(|client| Ok(client.batch_execute("select nope")?)).map(drop).expect_err("no column");
    let text = error.to_string();
    assert!(text.starts_with("the template cannot be filled") && text.contains("\"nope\""), "{text}");
    Ok(())
}

#[test]
fn many_threads_make_databases_at_once() -> Result {
    let server = Server::shared()?;
    let names = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| server.database().map(|database| database.name().to_owned())))
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().expect("a thread that does not panic"))
            .collect::<Vec<_>>()
    });
    let mut names = names.into_iter().collect::<std::result::Result<Vec<_>, _>>()?;
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), 8);
    Ok(())
}

#[test]
fn settings_reach_the_server_and_it_lives_as_long_as_a_database() -> Result {
    let server =
        Server::builder().throwaway().setting("wal_level", "logical").setting("autovacuum", "off").start()?;
    let database = server.database()?;
    drop(server);
    assert_eq!(value(&database, "show wal_level")?, "logical");
    assert_eq!(value(&database, "show autovacuum")?, "off");
    Ok(())
}

#[test]
fn nobody_gets_in_without_the_password() -> Result {
    let server = Server::builder().throwaway().start()?;
    let database = server.database()?;
    let mut config = database.config();
    config.password("guessed");
    let error = config.connect(postgres::NoTls).map(drop).expect_err("a wrong password");
    assert_eq!(error.code(), Some(&SqlState::INVALID_PASSWORD));
    Ok(())
}

#[test]
fn the_description_says_which_server_it_is() -> Result {
    let server = Server::builder().throwaway().start()?;
    let description = server.description();
    assert!(description.starts_with(&format!("PostgreSQL {} from /", server.version())), "{description}");
    assert!(description.ends_with("throwaway cluster in the temporary directory"), "{description}");
    assert!(server.bin("no_such_program").is_none());
    if let Some(pg_dump) = server.bin("pg_dump") {
        let database = server.database()?;
        database.connect()?.batch_execute("create table genes (id bigint)")?;
        let dump = Command::new(pg_dump).arg("--schema-only").arg(database.url()).output()?;
        assert!(String::from_utf8_lossy(&dump.stdout).contains("CREATE TABLE public.genes"), "{dump:?}");
    }
    Ok(())
}

/// What this very program prints when only the test `name` runs in it, in an environment of its own.
fn in_child(name: &str, environment: &[(&str, &str)]) -> Result<Output> {
    let mut child = Command::new(env::current_exe()?);
    child.args(["--exact", name, "--nocapture"]).env("VIEWKEEPER_TEST_CHILD", name);
    for name in ["DATABASE_URL", "PG_BIN", "PG_MAJOR"] {
        child.env_remove(name);
    }
    child.envs(environment.iter().copied());
    Ok(child.output()?)
}

/// Tells what comes of starting a server; does nothing unless a test below runs it.
#[test]
fn child_starts() -> Result {
    if env::var_os("VIEWKEEPER_TEST_CHILD").is_some() {
        match Server::builder().setting("wal_level", "replica").start() {
            Ok(server) => {
                println!("started {} {}", server.description(), value(&server.database()?, "show port")?)
            }
            Err(error) => println!("{error:?}"),
        }
    }
    Ok(())
}

fn started(environment: &[(&str, &str)]) -> Result<String> {
    Ok(String::from_utf8(in_child("served::child_starts", environment)?.stdout)?)
}

#[test]
fn a_wrong_pg_bin_is_said() -> Result {
    let said = started(&[("PG_BIN", "/nonexistent")])?;
    assert!(
        said.contains("PG_BIN is \"/nonexistent\", which does not serve: no such directory\n  help: "),
        "{said}"
    );
    Ok(())
}

#[test]
fn a_major_that_is_asked_for_is_started_or_nothing_is() -> Result {
    for (major, version) in [("14", "14."), ("15", "15."), ("18", "18.")] {
        // What is neither installed nor cached is not fetched for this.
        let said = started(&[("PG_MAJOR", major), ("PG_DOWNLOAD", "0")])?;
        let missing = format!("there is no PostgreSQL {major} to start a server for the tests with\n");
        assert!(said.contains(&format!("started PostgreSQL {version}")) || said.contains(&missing), "{said}");
    }
    let said = started(&[("PG_MAJOR", "99")])?;
    assert!(
        said.contains("there is no PostgreSQL 99 to start") && said.contains("help: set PG_MAJOR to "),
        "{said}"
    );
    let said = started(&[("PG_MAJOR", "13")])?;
    assert!(said.contains("PG_MAJOR is \"13\", which is no major version"), "{said}");
    Ok(())
}

#[test]
fn pg_bin_wins_over_pg_major() -> Result {
    let said = started(&[("PG_MAJOR", "99"), ("PG_BIN", "/nonexistent")])?;
    assert!(said.contains("PG_BIN is \"/nonexistent\", which does not serve"), "{said}");
    Ok(())
}

#[test]
fn a_setting_that_stops_the_server_is_said_in_its_words() -> Result {
    let wrong = Server::builder().throwaway().setting("wal_level", "louder").start();
    let text = wrong.map(drop).expect_err("no such level").to_string();
    assert!(
        text.contains("did not start") && text.contains("invalid value for parameter \"wal_level\""),
        "{text}"
    );
    Ok(())
}

#[test]
fn the_server_of_database_url_is_used_and_checked() -> Result {
    let server = Server::builder()
        .throwaway()
        .setting("wal_level", "minimal")
        .setting("max_wal_senders", "0")
        .start()?;
    let database = server.database()?;
    let port = value(&database, "show port")?;

    let said = started(&[("DATABASE_URL", database.url())])?;
    assert!(said.contains("DATABASE_URL has wal_level = minimal, not replica\n  help: "), "{said}");

    database.connect()?.batch_execute("create role guest login password 'secret'")?;
    let guest = format!("postgresql://guest:secret@127.0.0.1:{port}/{}", database.name());
    let said = started(&[("DATABASE_URL", &guest)])?;
    assert!(said.contains("role \"guest\" of DATABASE_URL may not create databases"), "{said}");
    assert!(said.contains("help: as a superuser: alter role \"guest\" createdb"), "{said}");

    database.connect()?.batch_execute("alter role guest createdb")?;
    let said = started(&[("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")])?;
    let other = started(&[("DATABASE_URL", "mysql://me:secret@127.0.0.1/none")])?;
    assert!(other.contains("the database URL begins with mysql://") && !other.contains("secret"), "{other}");
    assert!(
        said.contains("cannot connect to database \"none\" on 127.0.0.1:1 as \"nobody\"")
            && said.contains("unset DATABASE_URL"),
        "{said}"
    );
    Ok(())
}

#[test]
fn databases_of_a_killed_run_are_dropped_by_the_next() -> Result {
    let server = Server::builder().throwaway().start()?;
    let database = server.database()?;
    // Two databases as a run leaves them that is killed; and one of a run that goes on, which has a session.
    let mut client = database.connect()?;
    for number in [1, 2] {
        client.batch_execute(&format!("create database viewkeeper_test_00000000deadbeef_{number}"))?;
    }
    client.batch_execute("create database viewkeeper_test_00000000cafecafe_1")?;
    let _alive =
        database.config().application_name("viewkeeper_test_00000000cafecafe").connect(postgres::NoTls)?;

    let said = started(&[("DATABASE_URL", database.url())])?;
    assert!(said.contains("started ") && said.contains("the server of DATABASE_URL"), "{said}");
    let left = client
        .query("select datname::text from pg_database where datname like 'viewkeeper%' order by 1", &[])?;
    let left: Vec<String> = left.iter().map(|row| row.get(0)).collect();
    let mut expected = vec!["viewkeeper_test_00000000cafecafe_1", database.name()];
    expected.sort_unstable();
    assert_eq!(left, expected);
    Ok(())
}
