-- What other databases know about a gene that is no evidence for the kidney: constraint, expression, interactions.

create table annotation_sources (
  source_name text primary key,
  display_name text not null,
  is_active boolean not null default true,
  last_updated timestamptz
);
comment on table annotation_sources is 'the databases that annotations come from';

create table gene_annotations (
  id bigint generated always as identity primary key,
  gene_id bigint not null references genes on update cascade on delete cascade,
  source text not null references annotation_sources on update cascade on delete restrict,
  version text not null,
  annotations jsonb not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint gene_annotations_gene_source_version_key unique (gene_id, source, version),
  constraint gene_annotations_are_an_object check (jsonb_typeof(annotations) = 'object')
);
create index gene_annotations_source_idx on gene_annotations (source);
create index gene_annotations_annotations_idx on gene_annotations using gin (annotations jsonb_path_ops);
comment on table gene_annotations is 'one row per gene, source and version of the source';
