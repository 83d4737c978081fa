//! What the build side takes for a routine's identity is what the server takes for it. Nothing is applied here, so there is
//! no law to obey at the end.

use viewkeeper::__private::{Source, bundle};

use crate::support::Case;

const ROUTINES: &str = "
create type public.gene as (symbol text);
create domain public.\"Score 1\" as numeric;
create function a(int, INTEGER, int4, pg_catalog.int4, int8, bigint, int2, smallint) returns int language sql as 'select 1';
create function b(float, float(24), float(25), float4, float8, real, double precision) returns int language sql as 'select 1';
create function c(varchar, varchar(3), character varying(3), char varying, nchar varying(3), national character varying)
  returns int language sql as 'select 1';
create function d(char, char(3), character(3), nchar(2), national char, bpchar, \"char\", pg_catalog.char, pg_catalog.\"varchar\")
  returns int language sql as 'select 1';
create function e(decimal, dec(3), numeric(10, 2), bool, boolean, \"bool\") returns int language sql as 'select 1';
create function f(timestamp, timestamp(3), timestamptz, timestamp(3) with time zone, timestamp without time zone, time,
  time(3) with time zone, timetz, pg_catalog.timestamp, pg_catalog.time) returns int language sql as 'select 1';
create function g(bit, bit(3), bit varying(3), varbit, interval, interval day to second(3), interval(3), date, json, xml, uuid, oid)
  returns int language sql as 'select 1';
create function h(int[], int array, int array[3], text[][], varchar(3)[], timestamptz[], \"char\"[], gene[], public.gene[])
  returns int language sql as 'select 1';
create function i(gene, public.gene, \"Score 1\", public.\"Score 1\", genes, anyelement, anyarray, regclass, point, name)
  returns int language sql as 'select 1';
create function j(out int, inout a text, in b int default 1, variadic c int[] default '{}') returns record language sql as 'select 1, ''x''';
create function k(a int) returns table (b int) language sql as 'select 1';
create procedure l(a int, inout b text) language sql as 'select ''x''';
create aggregate m(int) (sfunc = int4pl, stype = int);
create aggregate n(*) (sfunc = int8inc, stype = bigint, initcond = 0);
create aggregate o(float order by int, text) (sfunc = taken, stype = bigint);
create aggregate p(variadic \"any\" order by variadic \"any\") (sfunc = taken, stype = bigint, hypothetical);
create aggregate q(order by int) (sfunc = taken, stype = bigint);
";

#[test]
fn the_server_knows_a_routine_by_the_types_that_the_build_finds() {
    let types = "create table genes (id int);\n\
        create function taken(bigint, variadic \"any\") returns bigint language internal as 'int8inc_any';\n\
        create function taken(bigint, int, text) returns bigint language sql as 'select 1::bigint';\n\
        create function taken(bigint, int) returns bigint language sql as 'select 1::bigint';\n";
    let (rest, routines) = ROUTINES.split_at(ROUTINES.find("create function").unwrap());
    let mut case = Case::new();
    case.damage(rest);
    case.damage(types);
    case.damage(routines);
    let source = Source { path: "functions/all.sql".to_owned(), text: routines.to_owned() };
    let objects = bundle(&[source], "sql", "app").unwrap().manifest.objects;
    let mut found: Vec<String> = objects
        .iter()
        .map(|object| format!("{}({})", object.name, object.routine.as_ref().unwrap().arguments))
        .collect();
    found.sort();
    // A type of the project stands as it is written; the server leaves out the schema where it is not needed.
    let found: Vec<String> = found.iter().map(|found| found.replace("public.", "")).collect();
    let known = case.column(
        "select proname || '(' || replace(oidvectortypes(proargtypes), ', ', ',') || ')' from pg_proc
          where pronamespace = 'public'::regnamespace and proname <> 'taken' order by proname",
    );
    assert_eq!(found, known);
    assert!(known.len() > 15);
}
