create schema stats;
create sequence app.codes;
create type app.tier as enum ('low', 'high');
create domain app.score as numeric check (value >= 0);
create table app.genes (
  id bigint primary key,
  code text default app.next_code() not null,
  symbol text check (app.is_symbol(symbol)),
  "Order" int,
  score app.score,
  tier app.tier default 'low',
  seen timestamptz default now(),
  parent bigint references app.genes
);
create index on app.genes (app.folded(symbol));
create table app.log (id bigint generated always as identity, gene bigint, what text, at timestamptz default now());
create table stats.panels (id int primary key, name text, genes bigint[]);
create table app.parted (id int, k int) partition by range (id);
create table app.parted_low partition of app.parted for values from (0) to (10);
