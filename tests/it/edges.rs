//! The edges that the build finds are those that the server records: objects are created in the bundle's order on an empty
//! database, and every line of `pg_depend` between two of them must be an edge. Nothing is applied here.

use std::collections::BTreeSet;

use similar_asserts::assert_eq;
use viewkeeper::__private::{Bundle, Source, bundle};

use crate::support::Case;

const TABLES: &str =
    "create table genes (id int primary key, symbol text, score numeric, updated_at timestamptz);\n";

const VIEWS: &str = "
create view base as select id, symbol, score from genes;
create view calls as
with scored as (select id, f_cte(id) as s from base)
select f_target(b.id) as a, sum(b.score) filter (where f_filter(b.id)) as b,
       rank() over (partition by f_window(b.id) order by f_order(b.id)) as c,
       case when f_case(b.id) then 1 end as d, array(select f_array(1)) as e,
       f_named(b => 2, a => 1) as f, f_variadic(variadic array[1, 2]) as g, f_variadic(1, 2, 3) as h,
       f_default(1) as i, total(b.id) as j, cast(f_cast(1) as text) as k, f_nested(f_inner(1)) as l
  from base b
  join f_lateral(b.id) as x on f_join(x.n)
  join scored using (id)
  join f_table(1) with ordinality as t (n, o) on true
  left join rows from (f_rows(1), generate_series(1, 2)) as r on true
 where f_where(b.id) and exists (select 1 from inner_view where f_exists(inner_view.id))
 group by b.id, x.n, f_group(b.id)
having f_having(b.id) limit f_limit(1);
create view inner_view as select 1 as id;
create view rows_of as select base as whole, (base).symbol as part, row(base.*)::base as cast_to, null::base[] as many from base;
create view of_rows as select f_row(base) as a, f_row(base.*) as b from base;
create view set_of as select * from f_setof() union all select * from f_returns_table();
create view values_of as values (f_values(1), f_values(2));
create view xml_of as select x.* from xmltable('/r' passing f_xml(1) columns n int path 'n') as x;
create recursive view counted (n) as select f_start(1) union all select n + 1 from counted where n < f_end(1);
create view with_rule as select id from base;
create rule on_insert as on insert to with_rule do instead insert into genes (id) select f_rule(new.id) from inner_view;
alter view with_rule alter column id set default f_view_default(1);
";

const MATERIALIZED: &str = "
create materialized view m as select id, f_filled(id) as n, symbol from base;
create unique index m_key on m (id);
create index m_expression on m (f_index(id)) where f_index_where(id);
create statistics m_stats on symbol, (f_statistics(id)) from m;
create materialized view on_m as select m.id, f_on_m(m) from m;
";

const ROUTINES: &str = "
create function f_row(base) returns int language sql immutable as 'select 1';
create function f_on_m(m) returns int language sql immutable as 'select 1';
create function f_setof() returns setof base language sql as 'select id, symbol, score from base';
create function f_returns_table() returns table (a int, b text, c numeric) language sql begin atomic select id, symbol, score from base; end;
create function f_default(a int, b int default f_of_default(1)) returns int language sql immutable as 'select 1';
create function f_of_default(int) returns int language sql immutable as 'select 1';
create function atomic(a base[]) returns setof inner_view language sql
begin atomic
  insert into genes (id) select f_values(id) from inner_view;
  update genes set score = f_default(base.id) from base where base.id = genes.id;
  delete from genes using with_rule where with_rule.id = f_case_int(genes.id);
  select * from inner_view;
end;
create function f_case_int(int) returns int return f_target($1) + (select count(*)::int from values_of);
create procedure p_atomic(a int) begin atomic select f_row(base) from base; end;
create procedure p_called(a int, b int) language sql as 'select 1';
create function f_filter(int) returns boolean language sql immutable as 'select true';
create function f_case(int) returns boolean language sql immutable as 'select true';
create function f_join(int) returns boolean language sql immutable as 'select true';
create function f_where(int) returns boolean language sql immutable as 'select true';
create function f_exists(int) returns boolean language sql immutable as 'select true';
create function f_having(int) returns boolean language sql immutable as 'select true';
create function f_index_where(int) returns boolean language sql immutable as 'select true';
create function f_lateral(int, out n int) returns setof int language sql immutable as 'select 1';
create function f_table(int) returns setof int language sql immutable as 'select 1';
create function f_rows(int) returns setof int language sql immutable as 'select 1';
create function f_variadic(variadic int[]) returns int language sql immutable as 'select 1';
create function f_named(a int, b int) returns int language sql immutable as 'select 1';
create function f_xml(int) returns xml language sql immutable as 'select null::xml';
create function plus(int, int) returns int language sql immutable as 'select 1';
create function finish(int) returns int language sql immutable as 'select 1';
create aggregate total(int) (sfunc = plus, stype = int, finalfunc = finish, initcond = '0');
create aggregate whole(base) (sfunc = keep, stype = base);
create function keep(base, base) returns base language sql immutable as 'select $1';
";

/// `f_x(int) returns int`, which nothing else is said about.
const PLAIN: &str = "f_cte f_target f_window f_order f_array f_cast f_nested f_inner f_group f_limit f_values f_start f_end f_rule
    f_view_default f_filled f_index f_statistics f_of_argument";

const TRIGGERS: &str = "
create trigger touched before update on genes for each row when (f_when(new.id)) execute function touch('x', 1);
create trigger instead instead of insert on base for each row execute function touch();
create constraint trigger later after insert on genes deferrable for each row execute function touch_later();
create function touch() returns trigger language plpgsql as 'begin return new; end';
create function touch_later() returns trigger language plpgsql as 'begin return null; end';
create function f_when(int) returns boolean language sql immutable as 'select true';
";

fn project() -> Bundle {
    let plain = PLAIN.split_whitespace();
    let plain = plain.map(|name| {
        format!("create function {name}(int) returns int language sql immutable as 'select 1';\n")
    });
    let files = [
        ("views/all.sql", VIEWS.to_owned()),
        ("views/materialized.sql", MATERIALIZED.to_owned()),
        ("functions/all.sql", ROUTINES.to_owned()),
        ("functions/plain.sql", plain.collect()),
        ("triggers/all.sql", TRIGGERS.to_owned()),
    ];
    let sources = files.map(|(path, text)| Source { path: path.to_owned(), text });
    bundle(&sources, "sql", "app").unwrap_or_else(|problems| panic!("{}", problems[0]))
}

/// Each object that is one of ours, with everything in the catalog that belongs to it.
const OWNERS: &str = "
with owner (classid, objid, name) as (
    select 'pg_class'::regclass, oid, relname::text from pg_class where relkind in ('v', 'm') and relnamespace = 'public'::regnamespace
    union all
    select 'pg_type'::regclass, t.oid, c.relname from pg_type t join pg_type e on e.oid in (t.oid, t.typelem) join pg_class c on c.oid = e.typrelid
    union all
    select 'pg_rewrite'::regclass, r.oid, c.relname from pg_rewrite r join pg_class c on c.oid = r.ev_class
    union all
    select 'pg_attrdef'::regclass, a.oid, c.relname from pg_attrdef a join pg_class c on c.oid = a.adrelid
    union all
    select 'pg_class'::regclass, i.indexrelid, c.relname from pg_index i join pg_class c on c.oid = i.indrelid
    union all
    select 'pg_statistic_ext'::regclass, s.oid, c.relname from pg_statistic_ext s join pg_class c on c.oid = s.stxrelid
    union all
    select 'pg_proc'::regclass, oid, proname || '(' || replace(oidvectortypes(proargtypes), ', ', ',') || ')' from pg_proc
     where pronamespace = 'public'::regnamespace
    union all
    select 'pg_trigger'::regclass, t.oid, tgname || ' on ' || relname from pg_trigger t join pg_class c on c.oid = t.tgrelid
)
select distinct a.name || ' -> ' || b.name
  from pg_depend d
  join owner a on (a.classid, a.objid) = (d.classid, d.objid)
  join owner b on (b.classid, b.objid) = (d.refclassid, d.refobjid)
 where a.name <> b.name and b.name <> 'genes' and a.name <> 'genes'
 order by 1";

#[test]
fn every_dependency_that_the_server_records_is_an_edge() {
    let bundle = project();
    let objects = &bundle.manifest.objects;
    let name = |index: usize| {
        let object = &objects[index];
        let arguments = object.routine.as_ref().map(|routine| format!("({})", routine.arguments));
        let table = object.trigger.as_ref().map(|trigger| format!(" on {}", trigger.table));
        format!("{}{}{}", object.name, arguments.unwrap_or_default(), table.unwrap_or_default())
    };
    let mut case = Case::new();
    case.damage(TABLES);
    let (mut edges, mut reached) = (BTreeSet::new(), BTreeSet::new());
    let mut below: Vec<BTreeSet<usize>> = Vec::new();
    let mut attached = String::new();
    for (index, object) in objects.iter().enumerate() {
        let text = &bundle.files[&object.file];
        // In the bundle's order each object finds what it needs, also what only a string body names.
        case.damage(&text[object.statement.start..object.statement.end]);
        for attachment in &object.attachments {
            attached.push_str(&text[attachment.span.start..attachment.span.end]);
            attached.push_str(";\n");
        }
        let all = object.needs.iter().flat_map(|&needed| below[needed].iter().copied().chain([needed]));
        below.push(all.collect());
        reached.extend(below[index].iter().map(|&needed| format!("{} -> {}", name(index), name(needed))));
        edges.extend(object.needs.iter().map(|&needed| format!("{} -> {}", name(index), name(needed))));
    }
    case.damage(&attached);
    let known: BTreeSet<String> = case.column(OWNERS).into_iter().collect();
    assert!(known.len() > 60, "{known:?}");
    // A view of a function's rows depends on the columns of their type, too, which it needs through the function.
    let missing: Vec<&String> = known.difference(&reached).collect();
    assert_eq!(missing, Vec::<&String>::new());
    // No two routines here have one name, so no call can be taken for another's.
    let more: Vec<&str> = edges.difference(&known).map(String::as_str).collect();
    assert_eq!(more, Vec::<&str>::new());
}
