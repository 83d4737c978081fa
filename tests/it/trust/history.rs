//! The migration history is read only where nobody else can put code or rows into it.

use viewkeeper::ErrorKind;
use viewkeeper::report::Outcome;

use super::Neighbour;
use crate::support::{Case, Files, project};

fn genes(schema: &str) -> Files {
    project("genes")
        .file("viewkeeper.toml", &format!("schema = \"{schema}\"\n"))
        .file("migrations/V1__genes.sql", "create table genes (id int primary key);\n")
        .file("migrations/V2__more.sql", "alter table genes add symbol text;\n")
        .file("views/gene.sql", "create view gene as select id from genes;\n")
}

const HISTORY: &str = "create table public.refinery_schema_history (version int4 primary key, name varchar(255), \
                       applied_on varchar(255), checksum varchar(255))";

/// What a neighbour makes of the history, and words of the refusal.
const WAYS_IN: [(&str, &str, &str); 7] = [
    ("its own table", "", "belongs to role"),
    (
        "a view",
        "alter table public.refinery_schema_history rename to hidden;
         create view public.refinery_schema_history as select h.* from public.hidden h where lair.e(h.name)",
        "is a view and no table",
    ),
    (
        "a trigger",
        "create trigger z before insert on public.refinery_schema_history for each row execute function lair.t()",
        "has trigger z",
    ),
    (
        "a default",
        "alter table public.refinery_schema_history add z bool default lair.e('x')",
        "has a default",
    ),
    (
        "a rule",
        "create rule z as on insert to public.refinery_schema_history do also select lair.e(new.name)",
        "has rule z",
    ),
    (
        "a check",
        "alter table public.refinery_schema_history add constraint z check (lair.e(name))",
        "has check z",
    ),
    (
        "a policy",
        "create policy z on public.refinery_schema_history using (lair.e(name));
         alter table public.refinery_schema_history enable row level security, force row level security",
        "has row level security",
    ),
];

/// A database with a neighbour who may create in public, and has functions that do harm.
fn beside() -> (Case, Neighbour) {
    let mut case = Case::new();
    let database = case.column("select quote_ident(current_database())").remove(0);
    let neighbour =
        Neighbour::beside(&mut case, &[&format!("create on database {database}"), "create on schema public"]);
    let (harm, role) = (neighbour.harm(), neighbour.role.clone());
    case.damage(&format!(
        "grant usage on schema canary to public; create schema app; grant all on schema app to public; set role {role};
         create schema lair; grant usage on schema lair to public;
         create function lair.e(text) returns bool language plpgsql immutable as $$ begin {harm} return true; end $$;
         create function lair.t() returns trigger language plpgsql as $$ begin {harm} return new; end $$;
         {HISTORY}; grant all on public.refinery_schema_history to public; reset role"
    ));
    (case, neighbour)
}

#[test]
fn one_that_a_neighbour_made_is_refused_by_name_wherever_the_project_is() {
    for (what, sql, words) in WAYS_IN {
        for former in [false, true] {
            if former && sql.is_empty() {
                continue;
            }
            let (mut case, neighbour) = beside();
            if !sql.is_empty() {
                neighbour.does(&mut case, sql);
            }
            let kind = if what == "a view" { "view" } else { "table" };
            if former {
                case.damage(&format!(
                    "alter {kind} public.refinery_schema_history owner to postgres;
                     revoke all on public.refinery_schema_history from public"
                ));
            }
            let database = case.column("select quote_ident(current_database())").remove(0);
            let svc = case.role("svc", &[&format!("create on database {database}"), "all on schema public"]);
            case.damage(&format!("grant select, insert on public.refinery_schema_history to {svc}; alter sequence canary.song restart"));
            let mut ordinary = case.database.connect().unwrap();
            ordinary.batch_execute(&format!("set role {svc}")).unwrap();
            for schema in ["public", "app"] {
                for (who, client) in [("a superuser", &mut case.client), ("an ordinary role", &mut ordinary)]
                {
                    let migrator = genes(schema).migrator();
                    let mut refusals = vec![migrator.run(client).map(drop)];
                    // An ordinary role may read what is a plain table, whoever it belongs to.
                    if who == "a superuser" || !sql.is_empty() {
                        refusals.push(migrator.plan(client).map(drop));
                        refusals.push(migrator.status(client).map(drop));
                        refusals.push(migrator.check(client).map(drop));
                    }
                    for refusal in refusals {
                        let Err(error) = refusal else { panic!("{what}, {schema}, {who}: it went on") };
                        let told = format!("{error:?}");
                        assert_eq!(error.kind(), ErrorKind::History, "{what}, {schema}, {who}: {told}");
                        assert!(told.contains(words), "{what}, {schema}, {who}: {told}");
                        assert!(
                            told.contains("public.refinery_schema_history"),
                            "{what}, {schema}, {who}: {told}"
                        );
                        assert!(told.contains("help: "), "{what}, {schema}, {who}: {told}");
                    }
                }
            }
            assert_eq!(case.column("select count(*) from pg_class where relname = 'genes'"), ["0"]);
            neighbour.came_to_nothing(&mut case);
        }
    }
}

#[test]
fn one_of_an_old_deploy_role_is_used_when_it_was_handed_over() {
    let (mut case, neighbour) = beside();
    let role = neighbour.role.clone();
    let error = case.refused(&genes("public"));
    let told = format!("{error:?}");
    assert!(told.contains("alter table public.refinery_schema_history owner to current_role;"), "{told}");
    assert!(told.contains(&format!("or connect as {role}")), "{told}");
    case.damage(
        "alter table public.refinery_schema_history owner to current_role;
         revoke all on public.refinery_schema_history from public; grant select on public.refinery_schema_history to public",
    );
    assert_eq!(case.run(&genes("public")).outcome, Outcome::Applied);
    neighbour.came_to_nothing(&mut case);
}

#[test]
fn one_in_another_schema_of_the_sessions_path_is_named() {
    let mut case = Case::new();
    // As refinery itself did it: it found and made everything by the path.
    case.damage("create schema app");
    let database = case.column("select quote_ident(current_database())").remove(0);
    genes("app").migrator().run(&mut case.client).unwrap();
    case.damage("drop schema viewkeeper cascade");
    case.damage(&format!("alter database {database} set search_path to app, public"));
    case.client = case.database.connect().unwrap();
    let here = genes("public");
    let error = case.refused(&here);
    let told = format!("{error:?}");
    assert_eq!(error.kind(), ErrorKind::History, "{told}");
    assert!(
        told.contains(
            "the migration history \"app.refinery_schema_history\" is in the session's search_path"
        ),
        "{told}"
    );
    assert!(told.contains("schema = \"...\" in sql/viewkeeper.toml"), "{told}");
    assert!(told.contains("it is in schema app of role postgres, and belongs to role postgres"), "{told}");
    assert!(here.migrator().plan(&mut case.client).is_err());
    assert!(here.migrator().status(&mut case.client).is_err());
    // With the line that it says, nothing runs twice.
    let report = case.run(&genes("app"));
    assert!(report.migrations.is_empty(), "{report}");
    // One that is another project's, by the ledger, is not ours.
    let other = project("other").file("migrations/V1__x.sql", "create table x (id int);\n");
    assert_eq!(case.run(&other).outcome, Outcome::Applied);
}

/// A stranger's relation under the history's name, by what is done, what the error says, and the statement that goes on.
const ELSEWHERE: [(&str, &str, &str); 4] = [
    // In the schema that `$user` means, of a role that may make schemas.
    (
        "create schema {svc}; grant usage on schema {svc} to public; create table {history}",
        "and belongs to role {mallory}, which is not trusted",
        "drop table {history}",
    ),
    (
        "create schema {svc}; grant usage on schema {svc} to public; create view {history} as select 1 as version",
        "and belongs to role {mallory}, which is not trusted",
        "drop view {history}",
    ),
    // The table is ours, and the schema a stranger's.
    (
        "create schema {svc}; grant all on schema {svc} to public; reset role; create table {history}",
        "and schema {svc} belongs to role {mallory}, which is not trusted",
        "drop table {history}",
    ),
    // A schema of ours where others create.
    (
        "reset role; create schema {svc}; grant all on schema {svc} to public; create table {history}; grant insert on {svc}.refinery_schema_history to {mallory}",
        "and role {mallory}, which is not trusted, may do more than read it",
        "drop table {history}",
    ),
];

#[test]
fn a_strangers_history_in_the_path_is_named_and_never_advised_to_be_taken() {
    for (does, says, drops) in ELSEWHERE {
        let mut case = Case::new();
        let database = case.column("select quote_ident(current_database())").remove(0);
        let neighbour = Neighbour::beside(&mut case, &[&format!("create on database {database}")]);
        let svc = case.role("svc", &[&format!("create on database {database}"), "all on schema public"]);
        let table = format!("{svc}.refinery_schema_history");
        let mallory = neighbour.role.clone();
        let fill = |text: &str| {
            let text = text.replace(
                "create table {history}",
                &HISTORY.replace("public.refinery_schema_history", &table),
            );
            text.replace("{svc}", &svc).replace("{mallory}", &mallory).replace("{history}", &table)
        };
        neighbour.does(&mut case, &fill(does));
        case.damage(&format!("alter role {svc} login password 'x'"));
        let mut config = case.database.config();
        config.user(&svc).password("x");
        let connect = || config.connect(postgres::NoTls).unwrap();
        let refusals = |client: &mut postgres::Client| {
            let migrator = genes("public").migrator();
            [migrator.run(client).map(drop).unwrap_err(), migrator.plan(client).map(drop).unwrap_err()]
        };
        let told = refusals(&mut connect()).map(|error| format!("{error:?}"));
        for told in &told {
            assert!(
                told.contains(&format!(
                    "the migration history \"{table}\" is in the session's search_path, {}",
                    fill(says)
                )),
                "{told}"
            );
            assert!(told.contains(&format!("it is in schema {svc} of role ")), "{told}");
            assert!(told.contains(&fill(&format!("{drops};"))), "{told}");
            for bad in ["set schema", "owner to", "with the schema that it is in", "insert into"] {
                assert!(!told.contains(bad), "{bad}: {told}");
            }
        }
        // What it says first is enough: the stranger's table is out of the way.
        let way = told[0].split("search_path: ").nth(1).unwrap().split(';').next().unwrap().to_owned();
        case.damage(&way);
        let report = genes("public").migrator().run(&mut connect()).unwrap();
        assert_eq!(report.outcome, Outcome::Applied, "{report}");
        neighbour.came_to_nothing(&mut case);
    }
}

/// Between looking and making it somebody else may have made one.
#[test]
fn one_that_a_neighbour_makes_while_a_run_begins_is_not_written() {
    let mut case = Case::new();
    let database = case.column("select quote_ident(current_database())").remove(0);
    let neighbour = Neighbour::beside(&mut case, &[&format!("create on database {database}")]);
    let role = &neighbour.role;
    case.by_hand(&format!("grant create on schema public to {role}; grant usage on schema canary to public"));
    let mut first = case.database.connect().unwrap();
    first.batch_execute(&format!("set role {role}; begin; create schema viewkeeper")).unwrap();
    let mut runner = case.database.connect().unwrap();
    let run = std::thread::spawn(move || genes("public").migrator().run(&mut runner));
    // The run has looked, and waits to make the ledger's schema.
    let waits = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
    while case.column(waits) == ["0"] {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    case.damage(&format!(
        "set role {role};
         create function public.z() returns trigger language plpgsql as $$ begin {} return new; end $$;
         {HISTORY}; create trigger z before insert on public.refinery_schema_history for each row execute function public.z();
         grant all on public.refinery_schema_history to public; reset role",
        neighbour.harm()
    ));
    first.batch_execute("rollback").unwrap();
    let error = run.join().unwrap().unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::History, Some("42P07")), "{error:?}");
    neighbour.came_to_nothing(&mut case);
    let error = case.refused(&genes("public"));
    assert!(format!("{error:?}").contains("has trigger z"), "{error:?}");
    case.damage("drop table public.refinery_schema_history; drop function public.z()");
    case.run(&genes("public"));
    neighbour.came_to_nothing(&mut case);
    case.obeys_the_laws(&genes("public"));
}
