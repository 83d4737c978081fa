-- The ledger: what viewkeeper applied, with which text, when and by which release. Format 2.
-- Parameters: ledger (schema, which is there). Columns: none. Versions: 14-18.
--
-- Tables and nothing else, so that reading and writing them runs nobody's code: no function, default, identity, generated column,
-- check, foreign key or trigger, and no view but "status", which is for people and is never read by viewkeeper. Every value is
-- written by the statement that writes the row; an id is the highest one of its project plus 1, under the project's lock.
-- Everything but "definition" may be read by every role that may connect; the texts are their owner's.
--
-- The key of everything is a project's name and the schema of its unqualified names, so that one project can be kept in several
-- schemas of a database. Today a project is in one schema: where it comes to another one, its rows follow (record.sql). Not
-- written yet, and null or empty: project.unfinished, seal and the six arrays of oids; object.fingerprint; the tables "refresh",
-- "replaced_migration" and "stamp" (ledger_kept.sql).
create table :"ledger".format (
  version int4 not null primary key,
  since timestamptz not null
);
insert into :"ledger".format (version, since) values (2, pg_catalog.clock_timestamp());

-- Each application of a release, in order. built is milliseconds since 1970. names_in: the schema of its unqualified names then.
create table :"ledger".release (
  project text not null,
  schema text not null,
  id int8 not null,
  names_in text not null,
  checksum text not null,
  built int8 not null,
  applied_at timestamptz not null,
  applied_by text not null,
  application text not null,
  viewkeeper text not null,
  primary key (project, schema, id)
);
create index on :"ledger".release (project, checksum);

-- The release that stands, with its checksum and moment; and refinery's history as it was then. An oid means something on the
-- server and in the database that gave it: system_identifier, database.
-- objects, dependencies: how many rows of these tables the project has, retired objects not counted; others were lost.
-- unfinished: what a release that is applied in parts has still to make.
-- seal: one checksum over the catalog rows of all that the arrays name: the managed relations; the tables below them, those of
-- triggers and the rows of composite types; routines, triggers, types; and the schemas of all of these.
create table :"ledger".project (
  name text not null,
  schema text not null,
  release int8,
  checksum text,
  built int8,
  history text,
  history_oid oid,
  history_hash text,
  system_identifier int8,
  database oid,
  objects int4 not null,
  dependencies int4 not null,
  unfinished jsonb,
  seal text,
  relations oid[],
  tables oid[],
  routines oid[],
  triggers oid[],
  types oid[],
  namespaces oid[],
  primary key (name, schema)
);

-- Every text that an object ever had, and its entry of the manifest, so that each release can be put together again: it
-- holds what was recorded by it or before it, unless that was retired by then or something followed.
-- follows: the definition that this one took the place of, also under another name; 0: of what was lost, so that no release before
-- this one is kept. retired: the release that no longer
-- held the object; dropped: the one that dropped it. deparsed is what the server made of the text (server: its major
-- version). forgotten: since when text, entry and deparsed are not kept any more.
create table :"ledger".definition (
  project text not null,
  schema text not null,
  id int8 not null,
  identity text not null,
  kind text not null,
  checksum text not null,
  release int8 not null,
  follows int8,
  retired int8,
  dropped int8,
  recorded_at timestamptz not null,
  recorded_by text not null,
  application text not null,
  text text,
  entry json,
  deparsed text,
  server int4 not null,
  forgotten timestamptz,
  primary key (project, schema, id)
);
create index on :"ledger".definition (project, identity, id desc);

-- The managed objects as we left them: the text's checksum and the fingerprint of the live object.
-- stated: the options and attachments that the text states, as values, and for whom (role, session) CURRENT_USER and
-- SESSION_USER stood. attached: the fingerprints of the kinds of attachment that it states, and of no others. made: what
-- the server made of the column defaults and rules, whose texts it does not keep.
-- retired: the release whose project no longer holds the object. class: the catalog that it is in. schema_oid, schema_name: the
-- schema that it is in, of a trigger its table's; table_oid, table_name: of a trigger. arguments, argument_types: of a routine, as
-- text and as types. rule_xmin: of a routine and of a trigger, that of its row.
-- plain_hash: of the text that the server prints of it. pretty_hash: hashes of the other form that it prints, of the operators and
-- functions that it uses, and of other pretty texts that mean the same. fingerprint: one hash over its catalog rows.
create table :"ledger".object (
  project text not null,
  schema text not null,
  identity text not null,
  kind text not null,
  checksum text not null,
  stated jsonb not null,
  definition int8 not null,
  release int8 not null,
  retired int8,
  class oid not null,
  oid oid not null,
  name name not null,
  schema_oid oid not null,
  schema_name name not null,
  table_oid oid,
  table_name name,
  arguments text,
  argument_types oid[],
  owner oid not null,
  options text[],
  rule_xmin xid,
  columns_xmin numeric,
  columns text[] not null,
  attached jsonb,
  made jsonb,
  plain_hash text,
  pretty_hash text,
  fingerprint int8,
  server int4 not null,
  primary key (project, schema, identity)
);
create index on :"ledger".object (identity);
create index on :"ledger".object (class, oid);

-- The tables, types and foreign views that the objects depend on, as they were then.
create table :"ledger".dependency (
  project text not null,
  schema text not null,
  class oid not null,
  oid oid not null,
  name name not null,
  schema_oid oid not null,
  schema_name name not null,
  xmins text,
  primary key (project, schema, class, oid)
);

-- What was taken away for table migrations that are committed by themselves, until the objects stand again: by the
-- addresses (class/oid/0) that they had. recreate: how an object of the project that is not back yet is put back.
create table :"ledger".displaced (
  project text not null,
  schema text not null,
  address text not null,
  recreate jsonb,
  primary key (project, schema, address)
);

-- Materialized views whose rows are known to be old: noted with the commit of what made them so, taken out with that of a
-- refresh which began later. Refreshes take no lock of the project, so an id is random.
create table :"ledger".stale (
  project text not null,
  schema text not null,
  id uuid not null,
  identity text not null,
  why text not null,
  since timestamptz not null,
  primary key (id)
);

-- Migrations that run outside of a transaction at this moment, or were interrupted.
create table :"ledger".claim (
  project text not null,
  schema text not null,
  version int8 not null,
  name text not null,
  pid int4 not null,
  backend_start timestamptz,
  since timestamptz not null,
  primary key (project, schema, version)
);
