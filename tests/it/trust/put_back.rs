//! What is put back does not run a neighbour's functions with our rights.

use viewkeeper::ErrorKind;

use super::Neighbour;
use crate::support::case::only;
use crate::support::{Case, Files, major, project};

/// A function whose argument has this name, and a table.
pub fn calls(argument: &str) -> Files {
    project("put_back")
        .file("viewkeeper.toml", "schema = \"app\"\n")
        .file("migrations/V1__t.sql", "create table app.t (id int primary key, word text);\n")
        .file(
            "functions/f.sql",
            &format!(
                "create function f({argument} int) returns int language sql immutable as 'select {argument}';\n"
            ),
        )
}

/// A neighbour who may use the project's schema, and create things in public.
pub fn beside(case: &mut Case) -> Neighbour {
    let neighbour = Neighbour::beside(case, &[]);
    let role = &neighbour.role;
    case.by_hand(&format!("grant create on schema public to {role}; grant usage on schema app to {role}"));
    neighbour
}

/// A function that does harm where it has the rights.
pub fn harmful(neighbour: &Neighbour, declared: &str) -> String {
    format!(
        "create function {declared} language plpgsql immutable as $$ begin {} return true; end $$",
        neighbour.harm()
    )
}

/// What is made must be refused before anything is dropped, in the same words by a plan and a check.
pub fn refused(mut case: Case, neighbour: &Neighbour, words: &[&str]) {
    let error = case.refused(&calls("b"));
    assert_eq!(error.kind(), ErrorKind::Conflict, "{error:?}");
    let text = format!("{error:?}");
    for words in words.iter().chain(&[neighbour.role.as_str()]) {
        assert!(text.contains(words), "{words} is not in {text}");
    }
    let plan = calls("b").migrator().plan(&mut case.client).unwrap_err();
    assert_eq!(plan.to_string(), error.to_string());
    let check = calls("b").migrator().check(&mut case.client).unwrap_err();
    assert_eq!(check.to_string(), error.to_string());
    neighbour.came_to_nothing(&mut case);
    case.obeys_the_laws(&calls("a"));
}

/// What the neighbour makes, who has a harmful function public.e(int), must be refused with these words.
pub fn refused_of_neighbour(makes: &str, words: &[&str]) {
    let mut case = Case::applied(&calls("a"));
    let neighbour = beside(&mut case);
    neighbour.does(&mut case, &harmful(&neighbour, "public.e(x int) returns boolean"));
    neighbour.does(&mut case, makes);
    refused(case, &neighbour, words);
}

pub const RUNS_E: &str = "it runs function public.e(integer), which belongs to";

#[test]
fn a_check_that_calls_a_neighbours_function_is_refused() {
    refused_of_neighbour(
        "create table public.tc (x int check (public.e(app.f(x)))); insert into public.tc values (1)",
        &["table constraint tc_x_check on public.tc", RUNS_E, "alter function public.e(integer) owner to"],
    );
}

#[test]
fn a_check_of_a_partitioned_table_is_refused() {
    refused_of_neighbour(
        "create table public.tp (x int check (public.e(app.f(x)))) partition by range (x); \
         create table public.tp1 partition of public.tp for values from (0) to (9); insert into public.tp values (1)",
        &["constraint tp_x_check on public.tp", RUNS_E],
    );
}

#[test]
fn a_check_of_a_domain_is_refused() {
    refused_of_neighbour(
        "create domain public.d as int check (public.e(app.f(value))); create table public.td (x public.d); \
         insert into public.td values (1)",
        &["domain constraint d_check on public.d", "which belongs to"],
    );
}

#[test]
fn a_stored_generated_column_is_refused() {
    refused_of_neighbour(
        "create table public.tg (x int, y boolean generated always as (public.e(app.f(x))) stored); \
         insert into public.tg values (1)",
        &["table column public.tg.y", RUNS_E],
    );
}

#[test]
fn an_operator_or_a_cast_is_refused_for_its_function() {
    refused_of_neighbour(
        "create function public.o(a int, b int) returns boolean language sql as 'select public.e(a)'; \
         create operator public.### (leftarg = int, rightarg = int, function = public.o); \
         create table public.tc (x int check (app.f(x) operator(public.###) 1)); insert into public.tc values (1)",
        &["table constraint tc_x_check on public.tc", "function public.o(integer,integer), which belongs to"],
    );
    refused_of_neighbour(
        "create type public.mood as enum ('glad'); \
         create function public.m(public.mood) returns int language sql as 'select case when public.e(1) then 1 end'; \
         create cast (public.mood as int) with function public.m(public.mood); \
         create table public.tc (x public.mood check (app.f(x::int) > 0)); insert into public.tc values ('glad')",
        &["table constraint tc_x_check on public.tc", "function public.m(public.mood), which belongs to"],
    );
}

/// The server evaluates a literal of an array when a view is made.
#[test]
fn a_view_with_a_literal_of_a_domain_is_refused() {
    refused_of_neighbour(
        "create domain public.d as int check (public.e(value)); \
         create view public.v as select app.f(1), '{1}'::public.d[] as literal",
        &["view public.v", "domain public.d, which belongs to"],
    );
}

/// The neighbour need not have a function of his own.
#[test]
fn a_check_with_a_function_of_the_server_that_does_what_it_is_told_is_refused() {
    let guarded = |does: &str| {
        format!(
            "create table public.tc (x int check (case when current_setting('is_superuser') = 'on' then {does} \
             else true end and app.f(x) > 0)); insert into public.tc values (1)"
        )
    };
    let song = "nextval('canary.song') > 0";
    let told = "query_to_xml('select nextval(''canary.song'')', true, false, '') is not null";
    for (does, function) in [(song, "nextval(regclass)"), (told, "query_to_xml(text,boolean,boolean,text)")] {
        let mut case = Case::applied(&calls("a"));
        let neighbour = beside(&mut case);
        case.by_hand(&format!("grant usage on schema canary to {}", neighbour.role));
        neighbour.does(&mut case, &guarded(does));
        refused(case, &neighbour, &[&format!("it runs function {function} with words of")]);
    }
}

/// Nor need the catalog know which type a text is read as.
#[test]
fn a_check_that_reads_a_text_as_a_domain_is_refused() {
    let domain = "create domain public.d as int check (public.e(value))";
    let types = "(select oid from pg_catalog.pg_type where typname = 'd')";
    let mut told = vec![("array_in('{1}', %s, -1) is not null", "function array_in(cstring,oid,integer)")];
    if major() >= 16 {
        told.push(("pg_input_is_valid('1', 'public.d')", "function pg_input_is_valid(text,text)"));
    }
    if major() >= 17 {
        told.push(("json_value(jsonb '1', '$' returning public.d) is not null", "an SQL/JSON function"));
        told.push(("json_query(jsonb '[1]', '$' returning public.d[]) is not null", "an SQL/JSON function"));
    }
    for (does, code) in told {
        let mut case = Case::applied(&calls("a"));
        let neighbour = beside(&mut case);
        neighbour.does(&mut case, &harmful(&neighbour, "public.e(x int) returns boolean"));
        neighbour.does(&mut case, domain);
        // A number stands in the check, which is another one in each database.
        neighbour.does(
            &mut case,
            &format!(
                "do $do$ begin execute pg_catalog.format($text$create table public.tc (x int check (app.f(x) > 0 and {does}))$text$, {types}); end $do$"
            ),
        );
        let error = case.refused(&calls("b"));
        let text = format!("{error:?}");
        assert!(text.contains(&format!("it runs {code} with words of {}", neighbour.role)), "{text}");
        neighbour.came_to_nothing(&mut case);
    }
}

/// The server reads an aggregate's first value when it is made, and so does it with that of a moving one.
#[test]
fn an_aggregate_whose_first_value_is_of_a_domain_is_refused() {
    let first = calls("a").file("views/v.sql", "create view v as select id, word from t;\n");
    let mut case = Case::applied(&first);
    let neighbour = beside(&mut case);
    neighbour.does(&mut case, &harmful(&neighbour, "public.e(x int) returns boolean"));
    neighbour.does(
        &mut case,
        "create domain public.d as int check (public.e(value)); \
         create function public.s(int, app.v) returns int language sql immutable as 'select $1'; \
         create function public.ms(public.d, app.v) returns public.d language sql immutable as 'select $1'; \
         create function public.mf(public.d) returns int language sql immutable as 'select 1'; \
         create aggregate public.agg(app.v) (sfunc = public.s, stype = int, msfunc = public.ms, \
           minvfunc = public.ms, mstype = public.d, minitcond = '1', mfinalfunc = public.mf)",
    );
    let next = first.file("views/v.sql", "create view v as select word, id from t;\n");
    let error = case.refused(&next);
    let text = format!("{error:?}");
    assert!(text.contains("aggregate public.agg(app.v)") && text.contains("which belongs to"), "{text}");
    neighbour.came_to_nothing(&mut case);
}

/// What somebody trusted reads of a neighbour's table is planned with his rights, and the planner works out what it can.
#[test]
fn rows_of_somebody_trusted_from_a_neighbours_table_are_refused() {
    let first = calls("a").file("views/v.sql", "create view v as select id, word from t;\n");
    let mut case = Case::applied(&first);
    let neighbour = beside(&mut case);
    neighbour.does(&mut case, &harmful(&neighbour, "public.e(x int) returns boolean"));
    neighbour.does(&mut case, "create table public.n (x int)");
    case.by_hand(
        "create materialized view public.m as select id, (select count(*) from public.n) as n from app.v",
    );
    neighbour.does(&mut case, "create index n_i on public.n ((public.e(1)))");
    // The index was made with the neighbour's own rights.
    neighbour.came_to_nothing(&mut case);
    let next = first.file("views/v.sql", "create view v as select word, id from t;\n");
    let error = case.refused(&next);
    let text = format!("{error:?}");
    assert!(text.contains("materialized view public.m") && text.contains(RUNS_E), "{text}");
    neighbour.came_to_nothing(&mut case);
}

/// To be a member of a role is not the member's choice.
#[test]
fn a_role_that_another_one_granted_to_us_is_not_trusted_for_that() {
    let mut case = Case::applied(&calls("a"));
    let neighbour = beside(&mut case);
    let lead = case.role("lead", &[]);
    let role = &neighbour.role;
    case.damage(&format!(
        "grant {role} to {lead} with admin option;
         do $do$ begin execute format('set role {lead}; grant {role} to %I; reset role', current_user); end $do$"
    ));
    neighbour.does(&mut case, &harmful(&neighbour, "public.e(x int) returns boolean"));
    neighbour.does(
        &mut case,
        "create table public.tc (x int check (public.e(app.f(x)))); insert into public.tc values (1)",
    );
    let error = case.refused(&calls("b"));
    assert!(format!("{error:?}").contains(RUNS_E), "{error:?}");
    neighbour.came_to_nothing(&mut case);
}

/// What runs at the end of the transaction has the rights of whoever works then.
#[test]
fn a_check_that_leaves_deferred_triggers_and_cursors_is_refused() {
    refused_of_neighbour(
        "create table public.later (x int); \
         create function public.fires() returns trigger language plpgsql as \
           $$ begin perform public.e(1); return null; end $$; \
         create constraint trigger fires after insert on public.later initially deferred \
           for each row execute function public.fires(); \
         create function public.waits(x int) returns boolean language plpgsql as $$ begin \
           insert into public.later values (1); execute 'declare c cursor with hold for select public.e(1)'; \
           return true; end $$; \
         create table public.tc (x int check (public.waits(app.f(x))))",
        &["table constraint tc_x_check on public.tc", "it runs function public.waits(integer)"],
    );
}

/// The server makes indexes and fills materialized views with the rights of whose they are.
#[test]
fn what_the_server_runs_as_the_neighbour_is_put_back() {
    let mut case = Case::applied(&calls("a"));
    let neighbour = beside(&mut case);
    neighbour.does(&mut case, &harmful(&neighbour, "public.e(x int) returns boolean"));
    neighbour.does(
        &mut case,
        "create table public.later (x int); \
         create function public.fires() returns trigger language plpgsql as \
           $$ begin perform public.e(1); return null; end $$; \
         create constraint trigger fires after insert on public.later initially deferred \
           for each row execute function public.fires(); \
         create function public.tries(x int) returns boolean language plpgsql as $$ begin \
           begin perform set_config('role', 'none', true); exception when others then null; end; \
           begin insert into public.later values (1); exception when others then null; end; \
           begin execute 'declare c cursor with hold for select public.e(1)'; exception when others then null; end; \
           return public.e(x); end $$",
    );
    neighbour.does(
        &mut case,
        "create materialized view public.filled as select public.tries(app.f(1)) as x; \
         create index filled_x on public.filled (public.e(x::int)); \
         create table public.indexed (x int); insert into public.indexed values (1); \
         create index indexed_x on public.indexed (public.e(app.f(x))); \
         create view public.seen as select public.e(app.f(1)) as x; \
         create table public.defaults (x boolean default public.e(app.f(1))); \
         create table public.not_yet (x int); alter table public.not_yet add check (public.e(app.f(x))) not valid",
    );
    let report = case.run(&calls("b"));
    assert_eq!(report.foreign.len(), 5, "{report}");
    neighbour.came_to_nothing(&mut case);
    assert_eq!(case.column("select x from public.filled"), ["t"]);
    case.obeys_the_laws(&calls("b"));
}

/// Rows and indexes of somebody trusted would be made with his rights.
#[test]
fn what_the_server_would_run_as_somebody_trusted_is_refused() {
    let mut case = Case::applied(&calls("a"));
    let neighbour = beside(&mut case);
    neighbour.does(
        &mut case,
        "create function public.e(x int) returns boolean immutable language sql as 'select true'",
    );
    neighbour.does(
        &mut case,
        "create view public.seen as select public.e(1) as x; grant select on public.seen to public",
    );
    case.by_hand("create materialized view public.filled as select x, app.f(1) from public.seen");
    refused(case, &neighbour, &["materialized view public.filled", RUNS_E]);
}

#[test]
fn functions_of_trusted_roles_are_put_back() {
    let mut case = Case::applied(&calls("a"));
    let neighbour = beside(&mut case);
    // It searches for what it reads under the project's path.
    case.by_hand("create function public.e(x int) returns boolean language plpgsql as $$ begin perform 1 from t; return x is not null; end $$");
    case.by_hand(&format!("grant select on app.t to {}", neighbour.role));
    case.by_hand(&format!("set role {}; set search_path to public, app; create table public.tc (x int check (public.e(app.f(x)))); insert into public.tc values (1); create domain public.d as int check (public.e(app.f(value))); create table public.td (x public.d); insert into public.td values (1); reset search_path; reset role", neighbour.role));
    neighbour.does(
        &mut case,
        "create table public.tg (x int, y int generated always as (app.f(x)) stored); insert into public.tg values (1)",
    );
    let report = case.run(&calls("b"));
    assert_eq!(report.foreign.len(), 3, "{report}");
    let valid = "select bool_and(convalidated) from pg_constraint where conname in ('tc_x_check', 'd_check')";
    assert_eq!(case.column(valid), ["t"]);
    assert_eq!(case.column("select y from public.tg"), ["1"]);
    neighbour.came_to_nothing(&mut case);
    case.obeys_the_laws(&calls("b"));
}

/// A function of the neighbour's must not come before one of the server's when a text of somebody's is read again.
#[test]
fn what_is_put_back_means_what_it_meant() {
    let mut case = Case::applied(&calls("a"));
    let neighbour = beside(&mut case);
    let with_path = |argument: &str| calls(argument).file("viewkeeper.toml", "schema = \"app\"\n");
    case.by_hand("create table public.tc (x int[] check (cardinality(x) = app.f(cardinality(x))))");
    case.by_hand("insert into public.tc values ('{1}')");
    case.by_hand(&format!("grant create on schema app to {}", neighbour.role));
    neighbour.does(&mut case, &harmful(&neighbour, "app.harm(x int[]) returns boolean"));
    neighbour.does(
        &mut case,
        "create function app.cardinality(x int[]) returns int language sql as 'select case when app.harm(x) then 1 end'",
    );
    case.run(&with_path("b"));
    neighbour.came_to_nothing(&mut case);
    case.obeys_the_laws(&with_path("b"));
}

/// So must it not where an index is made anew of a materialized view, of the project's or of somebody trusted.
#[test]
fn an_index_means_what_it_meant() {
    let files = |n: &str| {
        calls("a")
            .file("views/m.sql", &format!("create materialized view m as select array[1] as x, {n} as n;\n"))
    };
    let mut case = Case::applied(&files("1"));
    let neighbour = beside(&mut case);
    case.by_hand("create index by_n on app.m ((cardinality(x) + 1))");
    case.by_hand("create materialized view public.theirs as select x from app.m");
    case.by_hand("create index by_x on public.theirs ((cardinality(x) + 1))");
    case.by_hand(&format!("grant create on schema app to {}", neighbour.role));
    neighbour.does(&mut case, &harmful(&neighbour, "app.harm(x int[]) returns boolean"));
    neighbour.does(
        &mut case,
        "create function app.cardinality(x int[]) returns int language sql immutable as \
         'select case when app.harm(x) then 1 end'",
    );
    case.run(&files("2::bigint"));
    neighbour.came_to_nothing(&mut case);
    let indexes = "select pg_get_indexdef(indexrelid) from pg_index where indexrelid in ('app.by_n'::regclass, 'by_x'::regclass)";
    assert!(case.column(indexes).iter().all(|index| !index.contains("app.cardinality")));
    case.obeys_the_laws(&files("2::bigint"));
}

/// A stored generated column is evaluated as soon as its text is read.
#[test]
fn a_generated_column_means_what_it_meant() {
    let mut case = Case::applied(&calls("a"));
    let neighbour = beside(&mut case);
    case.by_hand(
        "create table public.tg (x int[], y int generated always as (cardinality(x) + app.f(1)) stored); \
         insert into public.tg values ('{1}')",
    );
    case.by_hand(&format!("grant create on schema app to {}", neighbour.role));
    neighbour.does(&mut case, &harmful(&neighbour, "app.harm(x int[]) returns boolean"));
    neighbour.does(
        &mut case,
        "create function app.cardinality(x int[]) returns int language sql immutable as \
         'select case when app.harm(x) then 1 end'",
    );
    case.run(&calls("b"));
    neighbour.came_to_nothing(&mut case);
    assert_eq!(case.column("select y from public.tg"), ["2"]);
    case.obeys_the_laws(&calls("b"));
}

/// Of two functions of one name, another one may be meant when the text is read again.
#[test]
fn a_namesake_of_what_a_check_calls_is_refused() {
    let mut case = Case::applied(&calls("a"));
    let neighbour = beside(&mut case);
    case.by_hand("create function public.e(anyelement) returns boolean language sql as 'select true'");
    neighbour.does(
        &mut case,
        "create table public.tc (x int check (public.e(app.f(x)))); insert into public.tc values (1)",
    );
    neighbour.does(&mut case, &harmful(&neighbour, "public.e(x int) returns boolean"));
    refused(
        case,
        &neighbour,
        &["it uses function public.e(anyelement), and function public.e(integer), which belongs to"],
    );
}

/// A foreign key is checked by a query, and planning it works out what the indexes of its tables hold.
#[test]
fn a_foreign_key_of_a_table_with_a_neighbours_index_is_refused() {
    let first = calls("a").file("migrations/V2__u.sql", "alter table app.t add constraint u unique (id);\n");
    let mut case = Case::applied(&first);
    let neighbour = beside(&mut case);
    case.by_hand(&format!("grant references on app.t to {}", neighbour.role));
    neighbour.does(&mut case, &harmful(&neighbour, "public.e(x int) returns boolean"));
    neighbour.does(
        &mut case,
        "create table public.tf (x int constraint tf_x references app.t (id)); \
         create index tf_i on public.tf ((public.e(1)))",
    );
    // The primary key is what it refers to.
    let migration = "alter table app.t drop constraint t_pkey; alter table app.t add primary key (id);\n";
    let next = first.clone().file("migrations/V3__k.sql", migration);
    let error = case.refused(&next);
    let text = format!("{error:?}");
    assert!(
        text.contains("table constraint tf_x on public.tf (it runs function public.e(integer)"),
        "{text}"
    );
    neighbour.came_to_nothing(&mut case);
    // The same in a part of the table.
    neighbour.does(
        &mut case,
        "drop table public.tf; create table public.tf (x int constraint tf_x references app.t (id)) partition by range (x); \
         create table public.tf1 partition of public.tf for values from (0) to (9); \
         create index tf_i on public.tf1 ((public.e(1)))",
    );
    let text = format!("{:?}", case.refused(&next));
    assert!(text.contains("tf_x on public.tf") && text.contains(RUNS_E), "{text}");
    neighbour.came_to_nothing(&mut case);
    neighbour.does(&mut case, "drop index public.tf_i");
    case.run(&next);
    neighbour.came_to_nothing(&mut case);
    case.obeys_the_laws(&next);
}

/// A migration for which something steps aside is as careful.
#[test]
fn what_would_step_aside_for_a_migration_is_refused() {
    let migration = "drop function app.g(int); create function app.g(b int) returns int language sql immutable as 'select b';\n";
    let first = calls("a").file(
        "migrations/V2__g.sql",
        "create function app.g(a int) returns int language sql immutable as 'select a';\n",
    );
    let mut case = Case::applied(&first);
    let neighbour = beside(&mut case);
    neighbour.does(&mut case, &harmful(&neighbour, "public.e(x int) returns boolean"));
    neighbour.does(
        &mut case,
        "create table public.tc (x int check (public.e(app.g(x)))); insert into public.tc values (1)",
    );
    let next = first.clone().file("migrations/V3__g.sql", migration);
    let error = case.refused(&next);
    assert_eq!(error.kind(), ErrorKind::Conflict, "{error:?}");
    let text = format!("{error:?}");
    for words in ["table constraint tc_x_check on public.tc", RUNS_E, neighbour.role.as_str()] {
        assert!(text.contains(words), "{words} is not in {text}");
    }
    neighbour.came_to_nothing(&mut case);
    neighbour.does(&mut case, "alter table public.tc drop constraint tc_x_check, add check (app.g(x) > 0)");
    case.run(&next);
    neighbour.came_to_nothing(&mut case);
    case.obeys_the_laws(&next);
}

/// A materialized view of which somebody has a right that he may hand on.
fn granted(query: &str) -> Files {
    project("granted")
        .file("viewkeeper.toml", "schema = \"app\"\n")
        .file("views/m.sql", &format!("create materialized view m as {query};\n"))
        .file("views/v.sql", &format!("create view v as {query};\n"))
}

/// Every right on the objects, with who gave it.
const GRANTS: &str = "select g::text from (\
    select c.relname, e.grantor::regrole, e.grantee, e.privilege_type, e.is_grantable, 'whole' as part \
      from pg_class c cross join aclexplode(c.relacl) e where c.relname in ('m', 'v') \
    union all select c.relname, e.grantor::regrole, e.grantee, e.privilege_type, e.is_grantable, a.attname \
      from pg_class c join pg_attribute a on a.attrelid = c.oid cross join aclexplode(a.attacl) e \
     where c.relname in ('m', 'v')) g order by 1";

#[test]
fn a_grant_of_a_grantee_is_his_afterwards() {
    let mut case = Case::applied(&granted("select 1 as id, 'x' as word"));
    let [lead, analyst] = ["lead", "analyst"].map(|name| case.role(name, &[]));
    case.by_hand(&format!("grant usage on schema app to {lead}"));
    for on in ["m", "v"] {
        case.by_hand(&format!(
            "grant select on app.{on} to {lead} with grant option; \
             grant update (word), insert (word) on app.{on} to {lead} with grant option; \
             set role {lead}; grant select on app.{on} to {analyst}; grant update (word) on app.{on} to {analyst}; \
             grant insert (word) on app.{on} to public; reset role; grant select on app.{on} to public"
        ));
    }
    let before = case.column(GRANTS);
    let next = granted("select 1::bigint as id, 'x' as word");
    let report = case.run(&next);
    assert!(only(&report, "m").1.contains("is rebuilt"), "{report}");
    assert!(report.warnings.is_empty(), "{report}");
    similar_asserts::assert_eq!(before, case.column(GRANTS));
    case.obeys_the_laws(&next);
}

#[test]
fn a_grant_comes_after_what_gives_its_grantor_the_right_to_it() {
    let mut case = Case::applied(&granted("select 1 as id, 'x' as word"));
    let [lead, analyst, clerk] = ["lead", "analyst", "clerk"].map(|name| case.role(name, &[]));
    case.by_hand(&format!("grant usage on schema app to {lead}, {analyst}"));
    for on in ["m", "v"] {
        // The catalog holds the analyst's grant before the lead's, who gives him the right to it.
        case.by_hand(&format!(
            "grant select on app.{on} to {lead}, {analyst} with grant option; \
             set role {analyst}; grant select on app.{on} to {clerk}; grant select (id) on app.{on} to public; \
             set role {lead}; grant select on app.{on} to {analyst} with grant option; reset role; \
             revoke select on app.{on} from {analyst}"
        ));
    }
    let before = case.column(GRANTS);
    case.run(&granted("select 1::bigint as id, 'x' as word"));
    similar_asserts::assert_eq!(before, case.column(GRANTS));
}

#[test]
fn a_grantor_who_may_not_be_become_is_the_owner_afterwards() {
    let mut case = Case::applied(&granted("select 1 as id"));
    let lead = case.role("lead", &[]);
    let clerk = case.role("clerk", &[]);
    case.by_hand(&format!(
        "grant select on app.m to {lead} with grant option; grant usage on schema app to {lead}; \
         set role {lead}; grant select on app.m to {clerk}; reset role; revoke usage on schema app from {lead}"
    ));
    let next = granted("select 1::bigint as id");
    let report = case.run(&next);
    let warned = format!("select on app.m to {clerk} was granted by {lead}, and is granted by its owner now");
    assert!(report.warnings.iter().any(|warning| warning.ends_with(&warned)), "{report}");
    assert_eq!(case.column(&format!("select has_table_privilege('{clerk}', 'app.m', 'select')")), ["t"]);
}
