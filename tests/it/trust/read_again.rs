//! Texts that are read again when they are put back: the server evaluates their literals at once.

use super::put_back::refused_of_neighbour;

const DOMAIN: &str = "create domain public.d as int check (public.e(value))";

/// What the neighbour makes with a literal of an array of his domain must be refused.
fn refused_with_literal(makes: &str, object: &str) {
    let makes = makes.replace("LITERAL", "cardinality('{1}'::public.d[])");
    refused_of_neighbour(&format!("{DOMAIN}; {makes}"), &[object, "domain public.d, which belongs to"]);
}

#[test]
fn a_literal_in_a_body_or_a_default_of_an_argument_is_refused() {
    refused_with_literal(
        "create function public.g() returns int begin atomic select app.f(1) + LITERAL; end",
        "function public.g()",
    );
    refused_with_literal(
        "create function public.g(x int default LITERAL) returns int begin atomic select app.f(1); end",
        "function public.g(integer)",
    );
}

#[test]
fn a_literal_in_a_default_of_a_column_is_refused() {
    refused_with_literal(
        "create table public.td (x int default app.f(LITERAL))",
        "default value for public.td.x",
    );
}

#[test]
fn a_literal_in_a_policy_is_refused() {
    refused_with_literal(
        "create table public.tp (x int); alter table public.tp enable row level security; \
         create policy p on public.tp using (app.f(x) = LITERAL)",
        "policy p on public.tp",
    );
}

#[test]
fn a_literal_in_a_rule_or_the_condition_of_a_trigger_is_refused() {
    refused_with_literal(
        "create table public.tr (x int); \
         create rule r as on insert to public.tr where app.f(new.x) = LITERAL do also nothing",
        "rule r on public.tr",
    );
    refused_with_literal(
        "create table public.tt (x int); \
         create function public.t() returns trigger language plpgsql as 'begin return new; end'; \
         create trigger t before insert on public.tt for each row when (app.f(new.x) = LITERAL) \
           execute function public.t()",
        "trigger t on public.tt",
    );
}

#[test]
fn a_literal_in_an_index_or_statistics_is_refused() {
    refused_with_literal(
        "create table public.ti (x int); create index i on public.ti ((app.f(x) + LITERAL))",
        "index public.i",
    );
    refused_with_literal(
        "create table public.ts (x int, y int); \
         create statistics public.s on (app.f(x) + LITERAL), y from public.ts",
        "statistics object public.s",
    );
}
