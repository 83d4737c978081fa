//! The ledger is read only where nobody else can put code or rows into it.

use postgres::Client;
use viewkeeper::export::Selection;
use viewkeeper::refresh::Views;
use viewkeeper::report::Outcome;
use viewkeeper::testing::Server;
use viewkeeper::{Error, ErrorKind};

use super::Neighbour;
use crate::support::proxy::Proxy;
use crate::support::{Case, Files, laws, project};

fn genes() -> Files {
    project("genes")
        .file("migrations/V1__genes.sql", "create table genes (id int primary key, symbol text);\n")
        .file("views/gene.sql", "create view gene as select id, symbol from genes;\n")
        .file("views/ranking.sql", "create materialized view ranking as select id from gene;\n")
}

fn wider() -> Files {
    genes().file("views/gene.sql", "create view gene as select id, symbol, 1 as rank from genes;\n")
}

/// The name of the test's database, quoted.
fn database(case: &mut Case) -> String {
    case.column("select quote_ident(current_database())").remove(0)
}

/// What a neighbour does to a relation of the ledger that is its own, and words of the refusal. {e} is a function that does harm.
const WAYS_IN: [(&str, &str, &str); 13] = [
    (
        "a view in its place",
        "alter table viewkeeper.object rename to hidden;
         create view viewkeeper.object as select o.* from viewkeeper.hidden o where {e}(o.project)",
        "is a view and no table",
    ),
    (
        "a materialized view in its place",
        "alter table viewkeeper.claim rename to hidden;
         create materialized view viewkeeper.claim as select * from viewkeeper.hidden",
        "is a materialized view and no table",
    ),
    (
        "a trigger",
        "create trigger z before insert or update on viewkeeper.object for each row execute function {t}()",
        "has trigger z",
    ),
    ("a rule", "create rule z as on update to viewkeeper.project do also select {e}(new.name)", "has rule z"),
    (
        "a default",
        "alter table viewkeeper.release add z bool default {e}('x')",
        "has a default or an expression",
    ),
    (
        "a generated column",
        "alter table viewkeeper.object add z bool generated always as ({e}(project)) stored",
        "has a default or an expression",
    ),
    (
        "a check",
        "alter table viewkeeper.object add constraint z check ({e}(project)) not valid",
        "has check z",
    ),
    (
        "an index with an expression",
        "create index z on viewkeeper.object ({e}('x'))",
        "has index viewkeeper.z",
    ),
    (
        "an index with a condition",
        "create index z on viewkeeper.release (id) where {e}(project)",
        "has index viewkeeper.z",
    ),
    (
        "statistics",
        "create statistics viewkeeper.z on ({e}(project)), (1) from viewkeeper.object",
        "has statistics viewkeeper.z",
    ),
    (
        "a policy",
        "create policy z on viewkeeper.object using ({e}(project));
         alter table viewkeeper.object enable row level security, force row level security",
        "has row level security",
    ),
    (
        "a child",
        "create table viewkeeper.z (check ({e}(project))) inherits (viewkeeper.object)",
        "has the part viewkeeper.z",
    ),
    (
        "a column of a type of its own",
        "create domain viewkeeper.z as text check ({e}(value));
         alter table viewkeeper.object alter checksum type viewkeeper.z",
        "whose type is not one of PostgreSQL's own",
    ),
];

/// Every command that reads or writes the ledger.
fn commands(project: &Files, client: &mut Client) -> Vec<(&'static str, Result<(), Error>)> {
    let migrator = project.migrator();
    vec![
        ("run", migrator.run(client).map(drop)),
        ("plan", migrator.plan(client).map(drop)),
        ("rehearse", migrator.rehearse(client).map(drop)),
        ("check", migrator.check(client).map(drop)),
        ("status", migrator.status(client).map(drop)),
        ("history", migrator.history(client, None).map(drop)),
        ("export", migrator.export(client, &Selection::default()).map(drop)),
        ("refresh", migrator.refresh(client, &Views::All).map(drop)),
        ("refresh_stale", migrator.refresh(client, &Views::Stale).map(drop)),
        ("plan_rollback", migrator.plan_rollback(client, "1").map(drop)),
        ("rollback", migrator.rollback(client, "1").map(drop)),
        ("forget", migrator.forget(client, "1").map(drop)),
    ]
}

/// Gives the ledger to a role.
fn give(case: &mut Case, role: &str) {
    case.damage(&format!(
        "do $$ declare r record; begin
           for r in select c.oid::regclass as name, c.relkind from pg_class c
                     where c.relnamespace = 'viewkeeper'::regnamespace and c.relkind in ('r', 'v', 'm') loop
             execute format('alter %s %s owner to {role}',
                            case r.relkind when 'v' then 'view' when 'm' then 'materialized view' else 'table' end, r.name);
           end loop;
           execute 'alter schema viewkeeper owner to {role}';
         end $$"
    ));
}

/// A applied project beside a neighbour, with an ordinary role that may read; and the neighbour's functions {e} and {t}.
fn beside() -> (Case, Neighbour, String) {
    let mut case = Case::applied(&genes());
    let database = database(&mut case);
    let neighbour = Neighbour::beside(&mut case, &[&format!("create on database {database}")]);
    let harm = neighbour.harm();
    let role = &neighbour.role;
    case.damage(&format!(
        "create schema lair authorization {role}; grant usage on schema lair to public; grant usage on schema canary to public;
         set role {role};
         create function lair.e(text) returns bool language plpgsql immutable as $$ begin {harm} return true; end $$;
         create function lair.t() returns trigger language plpgsql as $$ begin {harm} return new; end $$;
         reset role"
    ));
    let reader = case.role("reader", &["select on all tables in schema public"]);
    (case, neighbour, reader)
}

fn lair(sql: &str) -> String {
    sql.replace("{e}", "lair.e").replace("{t}", "lair.t")
}

#[test]
fn what_its_owner_put_into_it_does_not_run_with_more_rights() {
    for (what, sql, words) in WAYS_IN {
        // The owner of now, and one that gave it away again.
        for former in [false, true] {
            let (mut case, neighbour, reader) = beside();
            let role = neighbour.role.clone();
            give(&mut case, &role);
            case.damage(&format!("set role {role}; {}; reset role", lair(sql)));
            if former {
                give(&mut case, "postgres");
            }
            case.damage("alter sequence canary.song restart");
            for (command, result) in commands(&wider(), &mut case.client) {
                let Err(error) = result else { panic!("{what}: {command} of a superuser went on") };
                let told = format!("{error:?}");
                assert_eq!(error.kind(), ErrorKind::Ledger, "{what}: {command}: {told}");
                assert!(told.contains(words), "{what}: {command}: {told}");
                assert!(told.contains("viewkeeper.") && told.contains("help: "), "{what}: {command}: {told}");
            }
            let mut ordinary = case.database.connect().unwrap();
            ordinary.batch_execute(&format!("set role {reader}")).unwrap();
            for (command, result) in commands(&genes(), &mut ordinary) {
                let Err(error) = result else { panic!("{what}: {command} of an ordinary role went on") };
                assert!(format!("{error:?}").contains(words), "{what}: {command}: {error:?}");
            }
            neighbour.came_to_nothing(&mut case);
        }
    }
}

#[test]
fn a_superuser_reads_nothing_of_an_owner_that_is_not_trusted_and_others_may_read() {
    let (mut case, neighbour, reader) = beside();
    let role = neighbour.role.clone();
    give(&mut case, &role);
    let before = laws::everything(&case.database);
    for (command, result) in commands(&genes(), &mut case.client) {
        let error = result.unwrap_err();
        let told = format!("{error:?}");
        assert!(
            told.contains(&format!("belongs to role {role}, which this role does not trust")),
            "{command}: {told}"
        );
        assert!(
            told.contains("owner to current_role;") && told.contains(&format!("connect as {role}")),
            "{command}: {told}"
        );
    }
    similar_asserts::assert_eq!(before, laws::everything(&case.database));

    let project = genes();
    let mut ordinary = case.database.connect().unwrap();
    ordinary.batch_execute(&format!("set role {reader}")).unwrap();
    give(&mut case, "postgres");
    let built = case.run(&project);
    assert!(built.objects.is_empty(), "{built}");
    give(&mut case, &role);
    assert_eq!(project.migrator().run(&mut ordinary).unwrap().outcome, Outcome::UpToDate);
    project.migrator().check(&mut ordinary).unwrap();
    // Nothing that it holds is run, and nothing is written.
    case.damage(&format!("grant insert, update, delete on all tables in schema viewkeeper to {reader}"));
    for result in [
        wider().migrator().run(&mut ordinary).map(drop),
        project.migrator().forget(&mut ordinary, "1").map(drop),
    ] {
        assert!(result.unwrap_err().to_string().contains("which this role does not trust"));
    }
    // A statement that it holds is not even tried.
    case.damage(
        r#"insert into viewkeeper.displaced values ('genes', 'public', '1259/1/0', '{"id": "1259/1/0", "kind": "view",
             "identity": "public.gene", "needs": [], "uses": [], "lock": null, "drop": "drop view gene", "parts": [],
             "create": ["select lair.e('x')"], "impossible": null, "missing": [], "warnings": []}');
           drop view gene cascade"#
            .replace("('x')", "(''x'')")
            .as_str(),
    );
    let error = project.migrator().plan(&mut ordinary).unwrap_err();
    assert!(error.to_string().contains("which this role does not trust"), "{error:?}");
    give(&mut case, "postgres");
    neighbour.came_to_nothing(&mut case);
}

#[test]
fn a_schema_that_somebody_made_first_is_not_used() {
    let lookalikes = [
        ("an empty one", String::new()),
        ("format 1", include_str!("../format_1/ledger.sql").replace("create schema viewkeeper;", "")),
        (
            "a view that the ledger has, too",
            "create view viewkeeper.dependency as select lair.e('x'); create view viewkeeper.object as select lair.e('x')".into(),
        ),
        (
            "functions",
            "create function viewkeeper.history_hash(text) returns text language plpgsql as $$ begin perform lair.e('x'); return ''; end $$"
                .into(),
        ),
    ];
    for (what, sql) in lookalikes {
        let mut case = Case::new();
        let database = database(&mut case);
        let neighbour = Neighbour::beside(&mut case, &[&format!("create on database {database}")]);
        let (harm, role) = (neighbour.harm(), neighbour.role.clone());
        case.damage(&format!(
            "grant usage on schema canary to public; set role {role};
             create schema lair; grant usage on schema lair to public;
             create function lair.e(text) returns bool language plpgsql as $$ begin {harm} return true; end $$;
             create schema viewkeeper; grant all on schema viewkeeper to public; {sql}; reset role;
             alter sequence canary.song restart"
        ));
        let svc = case.role("svc", &[&format!("create on database {database}"), "all on schema public"]);
        let mut ordinary = case.database.connect().unwrap();
        ordinary.batch_execute(&format!("set role {svc}")).unwrap();
        for (who, client) in [("a superuser", &mut case.client), ("an ordinary role", &mut ordinary)] {
            let error = genes().migrator().run(client).unwrap_err();
            let told = format!("{error:?}");
            assert_eq!(error.kind(), ErrorKind::Ledger, "{what}: {who}: {told}");
            assert!(told.contains("viewkeeper") && told.contains(&role), "{what}: {who}: {told}");
            assert!(told.contains("help: "), "{what}: {who}: {told}");
            for (command, result) in commands(&genes(), client) {
                let nothing_there = who != "a superuser" && (what == "an empty one" || what == "functions");
                assert!(result.is_err() || nothing_there, "{what}: {who}: {command}");
            }
        }
        assert_eq!(case.column("select to_regclass('public.genes') is null"), ["t"], "{what}");
        neighbour.came_to_nothing(&mut case);
    }
}

#[test]
fn a_schema_that_was_made_empty_for_our_role_is_used_and_a_role_that_only_reads_still_runs() {
    let mut case = Case::new();
    let database = database(&mut case);
    case.damage(&format!("revoke create on database {database} from public"));
    for how in [
        "create schema viewkeeper authorization {svc}",
        "create schema viewkeeper; grant usage, create on schema viewkeeper to {svc}",
    ] {
        let svc = case.role("svc", &["all on schema public"]);
        let reader = case.role("reader", &["select on all tables in schema public"]);
        case.damage(&how.replace("{svc}", &svc));
        let project = genes();
        let mut client = case.database.connect().unwrap();
        client.batch_execute(&format!("set role {svc}")).unwrap();
        let report = project.migrator().run(&mut client).unwrap_or_else(|error| panic!("{how}: {error:?}"));
        assert_eq!(report.outcome, Outcome::Applied);
        assert_eq!(project.migrator().run(&mut client).unwrap().outcome, Outcome::UpToDate);
        if how.contains("grant") {
            case.damage("grant usage on schema viewkeeper to public");
        }
        let proxy = Proxy::start(&case.database).unwrap();
        let mut read = proxy.connect().unwrap();
        read.batch_execute(&format!("set role {reader}; set default_transaction_read_only to on")).unwrap();
        proxy.reset();
        assert_eq!(project.migrator().run(&mut read).unwrap().outcome, Outcome::UpToDate);
        assert_eq!(proxy.round_trips(), 1);
        drop((read, client));
        case.damage(&format!(
            "drop owned by {svc} cascade; drop owned by {reader}; drop role {svc}, {reader}; drop schema if exists viewkeeper cascade"
        ));
    }
}

#[test]
fn a_flag_that_stayed_is_a_doubt_and_no_refusal() {
    let project = genes();
    let mut case = Case::applied(&project);
    case.damage(
        "create function t() returns trigger language plpgsql as $$ begin return new; end $$;
         create trigger z before insert on viewkeeper.object for each row execute function t();
         create rule z as on update to viewkeeper.claim do also nothing;
         create table child () inherits (viewkeeper.release)",
    );
    case.refused(&wider());
    case.damage("drop trigger z on viewkeeper.object; drop rule z on viewkeeper.claim; drop table child; drop function t");
    let proxy = Proxy::start(&case.database).unwrap();
    let mut proxied = proxy.connect().unwrap();
    proxy.reset();
    assert_eq!(project.migrator().run(&mut proxied).unwrap().outcome, Outcome::UpToDate);
    assert_eq!(proxy.round_trips(), 2, "the second message settles it");
    case.damage("vacuum viewkeeper.object");
    case.damage("vacuum viewkeeper.claim");
    case.damage("vacuum viewkeeper.release");
    case.damage("analyze viewkeeper.release");
    proxy.reset();
    assert_eq!(project.migrator().run(&mut proxied).unwrap().outcome, Outcome::UpToDate);
    assert_eq!(proxy.round_trips(), 1);
    case.obeys_the_laws(&project);
}

#[test]
fn who_may_do_more_than_read_it_is_named_with_what_takes_that_away() {
    let mut case = Case::applied(&genes());
    let mallory = case.role("mallory", &[]);
    for (grant, revoke) in [
        ("grant insert on viewkeeper.object to {m}", "revoke all on viewkeeper.object from {m}"),
        ("grant trigger on viewkeeper.stale to {m}", "revoke all on viewkeeper.stale from {m}"),
        ("grant update (checksum) on viewkeeper.project to {m}", "revoke all on viewkeeper.project from {m}"),
        ("grant references on viewkeeper.release to public", "revoke all on viewkeeper.release from public"),
        ("grant create on schema viewkeeper to {m}", "revoke create on schema viewkeeper from {m}"),
    ] {
        let (grant, revoke) = (grant.replace("{m}", &mallory), revoke.replace("{m}", &mallory));
        case.damage(&grant);
        let error = case.refused(&genes());
        assert!(format!("{error:?}").contains(&revoke), "{grant}: {error:?}");
        case.damage(&revoke);
        case.damage("grant select on viewkeeper.release to public");
        assert_eq!(case.run(&genes()).outcome, Outcome::UpToDate, "{grant}");
    }
    // To read is anybody's.
    case.damage(&format!("grant select on all tables in schema viewkeeper to {mallory}"));
    assert_eq!(case.run(&genes()).outcome, Outcome::UpToDate);
    case.damage(&format!("drop owned by {mallory}; drop role {mallory}"));
    case.obeys_the_laws(&genes());
}

#[test]
fn default_privileges_do_not_open_a_new_ledger() {
    let mut case = Case::new();
    let app = case.role("app", &[]);
    case.damage(&format!("alter default privileges grant all on tables to {app}"));
    case.damage(&format!("create table refinery_schema_history (version int4 primary key, name varchar(255), applied_on varchar(255), checksum varchar(255)); revoke all on refinery_schema_history from {app}"));
    assert_eq!(case.run(&genes()).outcome, Outcome::Applied);
    assert_eq!(
        case.column(&format!("select has_table_privilege('{app}', 'viewkeeper.object', 'insert')")),
        ["f"]
    );
    assert_eq!(case.run(&wider()).outcome, Outcome::Applied);
    case.damage(&format!("drop owned by {app}; drop role {app}"));
}

#[test]
fn a_role_that_is_trusted_by_membership_goes_on_in_one_message() {
    let mut case = Case::new();
    let database = database(&mut case);
    let owners = case.role("owners", &[&format!("create on database {database}"), "all on schema public"]);
    let svc = case.role("svc", &[&owners]);
    let project = genes();
    let mut client = case.database.connect().unwrap();
    client.batch_execute(&format!("set role {owners}")).unwrap();
    project.migrator().run(&mut client).unwrap();
    let proxy = Proxy::start(&case.database).unwrap();
    let mut proxied = proxy.connect().unwrap();
    proxied.batch_execute(&format!("set role {svc}")).unwrap();
    proxy.reset();
    assert_eq!(project.migrator().run(&mut proxied).unwrap().outcome, Outcome::UpToDate);
    assert_eq!(proxy.round_trips(), 1);
    wider().migrator().run(&mut proxied).unwrap();
    // A superuser is a member of all, and trusts none of them for that.
    let error = case.refused(&wider());
    assert!(error.to_string().contains("which this role does not trust"), "{error:?}");
}

#[test]
fn a_project_in_the_ledgers_schema_is_refused_beforehand() {
    let mut case = Case::new();
    for toml in ["schema = \"viewkeeper\"\n", ""] {
        let project = genes().file("viewkeeper.toml", toml);
        let ledger = if toml.is_empty() { "public" } else { "viewkeeper" };
        let error = project.migrator().ledger_schema(ledger).run(&mut case.client).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Conflict, "{error:?}");
        assert!(error.to_string().contains("is the ledger's, and project"), "{error:?}");
    }
    assert_eq!(case.column("select count(*) from pg_class where relname = 'genes'"), ["0"]);
}

/// A ledger that a neighbour has, and that says all is done, beside what is there.
fn imitated(project: &Files) -> (Case, String) {
    let mut case = Case::applied(project);
    let neighbour = Neighbour::beside(&mut case, &[]);
    give(&mut case, &neighbour.role);
    (case, neighbour.role)
}

#[test]
fn a_role_that_works_here_does_not_believe_a_strangers_ledger() {
    let project = genes().file("viewkeeper.toml", "schema = \"app\"\n");
    let (mut case, mallory) = imitated(&project);
    let database = database(&mut case);
    for rights in [
        vec!["all on schema app".to_owned()],
        vec![format!("create on database {database}"), "usage on schema app".to_owned()],
        vec!["usage on schema app".to_owned(), "insert on all tables in schema viewkeeper".to_owned()],
        vec!["usage on schema app".to_owned(), "create on schema viewkeeper".to_owned()],
        vec!["owner".to_owned()],
    ] {
        let rights: Vec<&str> = rights.iter().map(String::as_str).collect();
        let svc = match rights[0] {
            "owner" => {
                let svc = case.role("svc", &[]);
                case.damage(&format!("alter schema app owner to {svc}"));
                svc
            }
            _ => case.role("svc", &rights),
        };
        case.damage(&format!("grant select on all tables in schema app to {svc}"));
        let mut client = case.database.connect().unwrap();
        client.batch_execute(&format!("set role {svc}")).unwrap();
        for binary in [&project, &project.clone().built(946_684_800_001)] {
            for (command, result) in commands(binary, &mut client) {
                let error = result.err().unwrap_or_else(|| panic!("{rights:?}: {command} believed it"));
                let told = format!("{error:?}");
                assert_eq!(error.kind(), ErrorKind::Ledger, "{rights:?}: {command}: {told}");
                assert!(
                    told.contains(&mallory) && told.contains("owner to current_role;"),
                    "{rights:?}: {command}: {told}"
                );
            }
        }
        drop(client);
        case.damage(&format!(
            "reassign owned by {svc} to current_user; drop owned by {svc}; drop role {svc}"
        ));
    }
    give(&mut case, "postgres");
    case.obeys_the_laws(&project);
}

#[test]
fn a_role_that_only_reads_is_told_of_a_strangers_ledger() {
    let (mut case, mallory) = imitated(&genes());
    let reader = case.role("reader", &["select on all tables in schema public"]);
    let mut client = case.database.connect().unwrap();
    client.batch_execute(&format!("set role {reader}")).unwrap();
    let report = genes().migrator().run(&mut client).unwrap();
    assert_eq!(report.outcome, Outcome::UpToDate);
    assert_eq!(report.warnings.len(), 1, "{report}");
    assert!(
        report.warnings[0].contains(&format!("belongs to role {mallory}, which this role does not trust")),
        "{report}"
    );
    give(&mut case, "postgres");
    assert!(genes().migrator().run(&mut client).unwrap().warnings.is_empty());
    drop(client);
    case.damage(&format!("drop owned by {reader}; drop role {reader}"));
    case.obeys_the_laws(&genes());
}

/// Migrations run as one role, and a service that only reads connects as another: nothing is wrong with that.
#[test]
fn a_service_beside_a_migrator_is_quiet_and_takes_one_round_trip() {
    let views = project("genes").file("views/gene.sql", "create view gene as select 1 as id;\n");
    let own = genes().file("viewkeeper.toml", "schema = \"app\"\n");
    for project in [own, genes(), views] {
        let mut case = Case::new();
        let migrator = case.role("app_migrator", &["all on schema public"]);
        let service = case.role("app_service", &[]);
        case.damage(&format!(
            "create schema viewkeeper authorization {migrator}; create schema app authorization {migrator}; set role {migrator}"
        ));
        case.run(&project);
        case.damage(&format!("grant usage on schema app to {service}; reset role"));
        let proxy = Proxy::start(&case.database).unwrap();
        let mut client = proxy.connect().unwrap();
        client.batch_execute(&format!("set role {service}")).unwrap();
        proxy.reset();
        let report = project.migrator().run(&mut client).unwrap();
        assert_eq!(report.outcome, Outcome::UpToDate);
        assert_eq!(proxy.round_trips(), 1);
        assert!(report.warnings.is_empty(), "{report}");
        // Superseded, too.
        case.damage(&format!("set role {migrator}"));
        let next = project.clone().file("views/gene.sql", "create view gene as select 1 as id, 2 as more;\n");
        case.run(&next);
        assert_eq!(project.migrator().run(&mut client).unwrap().outcome, Outcome::Superseded);
        case.damage(&format!(
            "reset role; drop owned by {migrator}, {service} cascade; drop role {migrator}, {service}"
        ));
    }
}

#[test]
fn a_strangers_ledger_of_format_1_is_refused_to_a_role_that_works() {
    let (mut case, _neighbour, reader) = beside();
    case.damage("drop schema viewkeeper cascade");
    let mallory = case.role("format", &[]);
    case.damage(include_str!("../format_1/ledger.sql"));
    give(&mut case, &mallory);
    let svc = case.role("svc", &["all on schema public"]);
    for role in [svc, "postgres".to_owned()] {
        let mut client = case.database.connect().unwrap();
        if role != "postgres" {
            client.batch_execute(&format!("set role {role}")).unwrap();
        }
        let error = genes().migrator().run(&mut client).unwrap_err();
        let told = format!("{error:?}");
        assert!(
            told.contains(&format!("belongs to role {mallory}, which this role does not trust")),
            "{told}"
        );
        assert!(told.contains("owner to current_role;"), "{told}");
    }
    // Who only reads does not move it.
    let mut client = case.database.connect().unwrap();
    client.batch_execute(&format!("set role {reader}")).unwrap();
    let error = genes().migrator().run(&mut client).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Ledger, "{error:?}");
    let error = genes().migrator().check(&mut client).unwrap_err();
    assert!(error.to_string().contains("format 1"), "{error:?}");
}

/// Where a DBA grants beforehand what he grants everywhere, nobody is locked out by what we make ourselves.
#[test]
fn default_privileges_give_nobody_ledger_and_history() {
    for given in
        ["on tables to public", "on tables to reader", "on schemas to reader", "on schemas to public"]
    {
        let mut case = Case::new();
        let reader = case.role("reader", &[]);
        let given = given.replace("to reader", &format!("to {reader}"));
        case.damage(&format!("alter default privileges grant all {given}"));
        assert_eq!(case.run(&genes()).outcome, Outcome::Applied, "{given}");
        assert_eq!(case.run(&genes()).outcome, Outcome::UpToDate, "{given}");
        case.run(&wider());
        let others = "select c.oid::regclass::text from pg_class c cross join aclexplode(c.relacl) a \
             where (c.relnamespace = 'viewkeeper'::regnamespace or c.relname = 'refinery_schema_history') \
             and a.grantee <> c.relowner and a.privilege_type <> 'SELECT'";
        assert_eq!(case.column(others), Vec::<String>::new(), "{given}");
        let (_, who) = given.rsplit_once(' ').unwrap();
        case.damage(&format!("alter default privileges revoke all {}", given.replace(" to ", " from ")));
        case.damage(&format!("revoke all on all tables in schema public from {who}"));
        // What the first release gave to everybody stays.
        if who == reader {
            case.damage(&format!("revoke all on schema viewkeeper from {who}; revoke all on all tables in schema viewkeeper from {who}"));
        }
        case.obeys_the_laws(&wider());
    }
}

/// Who writes into all tables is known to the whole server, so this has one of its own.
#[test]
fn a_role_that_may_write_into_every_table_is_not_trusted_with_the_ledger() {
    let server = Server::builder().throwaway().start().unwrap();
    let database = server.database().unwrap();
    let mut client = database.connect().unwrap();
    let refused = |client: &mut Client, project: &Files, words: &str| {
        for (command, result) in commands(project, client) {
            let error = result.expect_err(command);
            let told = format!("{error:?}");
            assert_eq!(error.kind(), ErrorKind::Ledger, "{command}: {told}");
            assert!(told.contains(words) && told.contains("nothing was changed"), "{command}: {told}");
        }
    };
    client
        .batch_execute(
            "create role \"a b\" login; create role loaders; create role loads login; create role asleep; create role deploys login; \
             grant pg_write_all_data to \"a b\", asleep, loaders; grant loaders to loads, postgres",
        )
        .unwrap();
    let own =
        "role \"a b\" may write into every table, the ledger's too: it is a member of pg_write_all_data";
    // A plan says what a run would.
    for error in
        [genes().migrator().plan(&mut client).unwrap_err(), genes().migrator().run(&mut client).unwrap_err()]
    {
        let told = format!("{error:?}");
        assert!(told.contains(own) && told.contains("revoke pg_write_all_data from \"a b\";"), "{told}");
    }
    client.batch_execute("grant \"a b\" to postgres").unwrap();
    // Postgres is one of the loaders: what the others may, it may be trusted with.
    genes().migrator().run(&mut client).unwrap();
    client.batch_execute("revoke loaders from postgres").unwrap();
    let other = "role loads may write into every table, the ledger's too, because role loaders is a member of pg_write_all_data";
    refused(&mut client, &genes(), other);
    // A role that works here obeys no ledger that others may write; one that reads believes it.
    client
        .batch_execute("create role works login; grant create on schema public to works; grant select on all tables in schema public to deploys")
        .unwrap();
    client.batch_execute("set role works").unwrap();
    let error = genes().migrator().run(&mut client).unwrap_err();
    assert!(format!("{error:?}").contains("a member of pg_write_all_data"), "{error:?}");
    client.batch_execute("set role deploys").unwrap();
    assert_eq!(genes().migrator().run(&mut client).unwrap().outcome, Outcome::UpToDate);
    client.batch_execute("reset role").unwrap();
    // Who may not come here writes nothing here, and neither does one whom nobody can become.
    let name = column(&mut client, "select quote_ident(current_database())").remove(0);
    client
        .batch_execute(&format!("revoke connect on database {name} from public; grant connect on database {name} to works, deploys"))
        .unwrap();
    genes().migrator().run(&mut client).unwrap();
    client.batch_execute(&format!("grant connect on database {name} to public")).unwrap();
    refused(&mut client, &genes(), other);
    client
        .batch_execute("revoke pg_write_all_data from loaders, asleep, \"a b\"; drop owned by works, deploys")
        .unwrap();
    laws::second_run_is_a_no_op(&database, &mut client, &genes());
    laws::equals_a_fresh_install(&database, &genes(), &[]);
}

fn column(client: &mut Client, sql: &str) -> Vec<String> {
    client.query(sql, &[]).unwrap().iter().map(|row| row.get(0)).collect()
}
