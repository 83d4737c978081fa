//! Rows and indexes of somebody trusted that are made anew of a neighbour's tables and types: with his rights.

use super::put_back::{RUNS_E, beside, calls, harmful, refused_of_neighbour};
use crate::support::Case;

/// What hangs on the project's view must be refused with these words: the neighbour prepares something, somebody trusted uses it,
/// and then the neighbour does something.
fn refused_of_rows(prepares: &str, trusted: &str, does: &str, words: &[&str]) {
    let first = calls("a").file("views/v.sql", "create view v as select id, word from t;\n");
    let mut case = Case::applied(&first);
    let neighbour = beside(&mut case);
    neighbour.does(&mut case, &harmful(&neighbour, "public.e(x int) returns boolean"));
    neighbour.does(&mut case, prepares);
    case.by_hand(trusted);
    neighbour.does(&mut case, does);
    neighbour.came_to_nothing(&mut case);
    let error = case.refused(&first.file("views/v.sql", "create view v as select word, id from t;\n"));
    let text = format!("{error:?}");
    for words in words {
        assert!(text.contains(words), "{words} is not in {text}");
    }
    neighbour.came_to_nothing(&mut case);
}

#[test]
fn an_index_of_a_part_of_the_table_is_refused() {
    let counts =
        "create materialized view public.m as select id, (select count(*) from public.n) as n from app.v";
    refused_of_rows(
        "create table public.n (x int) partition by range (x); \
         create table public.n1 partition of public.n for values from (0) to (9)",
        counts,
        "create index n_i on public.n1 ((public.e(1)))",
        &["materialized view public.m", RUNS_E],
    );
    refused_of_rows(
        "create table public.n (x int); create table public.n1 () inherits (public.n)",
        counts,
        "create index n_i on public.n1 ((public.e(1)))",
        &["materialized view public.m", RUNS_E],
    );
}

#[test]
fn a_partition_key_is_refused() {
    refused_of_rows(
        "create function public.k(x int) returns int immutable language sql as \
           'select case when public.e(1) then x end'; \
         create table public.n (x int) partition by range ((x + public.k(1)))",
        "create materialized view public.m as select id, (select count(*) from public.n where x > 1) as n from app.v",
        "select 1",
        &["materialized view public.m", "function public.k(integer), which belongs to"],
    );
}

/// A partitioned table whose key calls what does harm.
const BY_KEY: &str = "create function public.k(x int) returns int immutable language sql as \
                        'select case when public.e(1) then x end'; \
                      create table public.hp (x int) partition by hash ((x + public.k(1))); \
                      create table public.hp0 partition of public.hp for values with (modulus 2, remainder 0)";

#[test]
fn the_key_of_a_table_whose_rows_fire_a_trigger_is_refused() {
    let fires = "create function public.fires() returns trigger language plpgsql as 'begin return new; end'";
    refused_of_neighbour(
        &format!(
            "{BY_KEY}; {fires}; create trigger tt after insert on public.hp for each row when (app.f(new.x) > 0) \
             execute function public.fires()"
        ),
        &["trigger tt on public.hp", "function public.k(integer), which belongs to"],
    );
}

#[test]
fn the_key_of_a_table_that_a_check_looks_up_is_refused() {
    for looks in [
        "satisfies_hash_partition(('public.' || 'hp')::regclass::oid, 2, 0, x) is not null",
        "pg_get_partition_constraintdef(('public.' || 'hp0')::regclass::oid) <> ''",
    ] {
        refused_of_neighbour(
            &format!("{BY_KEY}; create table public.tc (x int check (app.f(x) > 0 and {looks}))"),
            &["table constraint tc_x_check on public.tc", "with words of"],
        );
    }
}

#[test]
fn what_a_range_is_measured_with_is_refused() {
    refused_of_rows(
        "create function public.far(a text, b text) returns float8 immutable language plpgsql as \
           $$ begin perform public.e(1); return 1; end $$; \
         create type public.words as range (subtype = text, subtype_diff = public.far)",
        "create materialized view public.m as \
           select public.words(word, null) as w from app.v; \
         create index m_i on public.m using gist (w); \
         insert into app.t select n, n::text from generate_series(1, 1000) n",
        "select 1",
        &["materialized view public.m", "function public.far(text,text), which belongs to"],
    );
}
