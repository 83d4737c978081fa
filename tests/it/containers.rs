//! What contains objects changes: their schema, their table, the server on which they are.

use crate::support::{Case, Files, project};
use viewkeeper::report::Verb;

fn in_schema(schema: &str) -> Files {
    project("contained")
        .file("viewkeeper.toml", &format!("schema = \"{schema}\""))
        .file("migrations/V1__t.sql", "create schema app;\ncreate table app.t (id int);\n")
        .file("views/v.sql", "create view v as select id from t;\n")
        .file("views/m.sql", "create materialized view m as select id from v;\n")
        .file("views/f.sql", "create function f(x t) returns int language sql as $$ select x.id $$;\n")
}

#[test]
fn the_projects_own_schema_is_renamed_by_a_migration() {
    let mut case = Case::applied(&in_schema("app"));
    case.by_hand(
        "do $$ begin execute format('grant select on %s to pg_monitor', \
         (select oid::regclass from pg_class where relname = 'v' and relkind = 'v')); end $$",
    );
    let ids = "select string_agg(oid::text, ' ' order by oid) from pg_class where relname in ('v', 'm')";
    let before = case.column(ids);
    let renamed = in_schema("core").file("migrations/V2__core.sql", "alter schema app rename to core;\n");
    let report = case.run(&renamed);
    assert!(report.objects.iter().all(|object| object.verb == Verb::Record), "{report}");
    assert_eq!(case.column(ids), before);
    case.obeys_the_laws(&renamed);
}

#[test]
fn the_projects_own_schema_is_renamed_by_hand() {
    let project = in_schema("app");
    let mut case = Case::applied(&project);
    case.damage("alter schema app rename to core");
    let error = format!("{:?}", case.refused(&project));
    assert!(error.contains("alter schema core rename to app;"), "{error}");
    assert!(error.contains("schema = \"core\" in viewkeeper.toml"), "{error}");
    let plan = in_schema("core").migrator().plan(&mut case.client).unwrap();
    assert!(plan.actions.iter().all(|action| action.verb == Verb::Record), "{plan}");
    case.damage("alter schema core rename to app");
    case.run(&project);
    case.obeys_the_laws(&project);
}

/// After a dump and a restore oids mean other objects: here those of an object's are given to others on purpose.
#[test]
fn addresses_of_another_server_are_not_believed() {
    let mut project =
        project("restored").file("migrations/V1__t.sql", "create table t (id int, a varchar);\n");
    for i in 1..=20 {
        project = project
            .file(&format!("views/v{i}.sql"), &format!("create view v{i} as select id, {i} as n from t;\n"));
    }
    project = project
        .file(
            "views/m.sql",
            "create materialized view m as select id from v1;\ncreate unique index m_key on m (id);\n",
        )
        .file("views/f.sql", "create function f(x v1) returns int language sql as $$ select x.id $$;\n")
        .file(
            "views/g.sql",
            "create function put() returns trigger language plpgsql as 'begin return new; end';\n\
                              create trigger tr before insert on t for each row execute function put();\n",
        );
    let mut case = Case::applied(&project);
    // Each view has the address of the next one, as by chance.
    case.damage(
        "update viewkeeper.project set system_identifier = system_identifier + 1;
         update viewkeeper.object o set oid = n.oid, table_oid = case when o.table_oid is null then null else n.oid end
           from (select identity, lead(oid, 1, 1259::oid) over (order by identity) as oid from viewkeeper.object) n
          where n.identity = o.identity;
         update viewkeeper.dependency set oid = 1259",
    );
    let filled = "select pg_relation_filenode('public.m')";
    let before = case.column(filled);
    let check = project.migrator().check(&mut case.client).unwrap();
    assert!(check.findings.is_empty(), "{check}");
    let report = case.run(&project);
    assert!(report.objects.iter().all(|object| object.verb == Verb::Record), "{report}");
    assert_eq!(case.column(filled), before);
    case.obeys_the_laws(&project);
}
