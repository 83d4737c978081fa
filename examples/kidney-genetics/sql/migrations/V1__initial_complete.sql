-- The tables that the application began with: genes, what is known about them, and where it comes from.
-- Keys are BIGINT identities throughout and every moment is a timestamptz.

create table users (
  id bigint generated always as identity primary key,
  email text not null,
  created_at timestamptz not null default now(),
  constraint users_email_has_an_at check (email like '%_@_%')
);
create unique index users_email_key on users (lower(email));
comment on table users is 'people who curate genes or administer the database';

create table genes (
  id bigint generated always as identity primary key,
  approved_symbol text not null,
  hgnc_id text not null,
  aliases text[] not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint genes_approved_symbol_key unique (approved_symbol),
  constraint genes_hgnc_id_key unique (hgnc_id),
  constraint genes_approved_symbol_is_trimmed
    check (approved_symbol <> '' and approved_symbol = btrim(approved_symbol)),
  constraint genes_hgnc_id_format check (hgnc_id ~ '^HGNC:[0-9]+$')
);
comment on table genes is 'one row per gene with its approved HGNC symbol';

create table gene_evidence (
  id bigint generated always as identity primary key,
  gene_id bigint not null references genes on update cascade on delete cascade,
  source_name text not null,
  source_detail text,
  evidence_data jsonb not null,
  evidence_date date,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint gene_evidence_source_name_is_given check (source_name <> ''),
  constraint gene_evidence_data_is_an_object check (jsonb_typeof(evidence_data) = 'object')
);
create unique index gene_evidence_record_key
  on gene_evidence (gene_id, source_name, coalesce(source_detail, ''));
create index gene_evidence_source_name_idx on gene_evidence (source_name);
comment on table gene_evidence is 'what one source says about one gene';
comment on column gene_evidence.source_detail is 'the provider within the source, where a source has several';
comment on column gene_evidence.evidence_data is
  'the source''s own words: panels, hpo_terms, pmids, classifications and so on';

create table gene_curations (
  id bigint generated always as identity primary key,
  gene_id bigint not null references genes on update cascade on delete cascade,
  curator_id bigint references users on update cascade on delete set null,
  status text not null default 'draft',
  verdict text,
  notes text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint gene_curations_gene_id_key unique (gene_id),
  constraint gene_curations_status_known check (status in ('draft', 'in_review', 'approved', 'rejected')),
  constraint gene_curations_approval_has_a_verdict check (status <> 'approved' or verdict is not null)
);
create index gene_curations_curator_id_idx on gene_curations (curator_id);
comment on table gene_curations is 'an expert''s judgement of a gene, at most one per gene';

create table static_sources (
  id bigint generated always as identity primary key,
  source_name text not null,
  display_name text not null,
  description text,
  scoring_weight numeric(4, 3) not null default 1,
  is_active boolean not null default true,
  created_by bigint references users on update cascade on delete set null,
  created_at timestamptz not null default now(),
  constraint static_sources_source_name_key unique (source_name),
  constraint static_sources_source_name_prefix check (starts_with(source_name, 'static_')),
  constraint static_sources_scoring_weight_range check (scoring_weight between 0 and 1)
);
create index static_sources_created_by_idx on static_sources (created_by);
comment on table static_sources is 'sources that are uploaded as files rather than fetched';

create table static_evidence_uploads (
  id bigint generated always as identity primary key,
  source_id bigint not null references static_sources on update cascade on delete cascade,
  provider text not null,
  file_name text not null,
  gene_count integer not null,
  uploaded_by bigint references users on update cascade on delete set null,
  uploaded_at timestamptz not null default now(),
  constraint static_evidence_uploads_provider_key unique (source_id, provider),
  constraint static_evidence_uploads_gene_count_range check (gene_count >= 0)
);
create index static_evidence_uploads_uploaded_by_idx on static_evidence_uploads (uploaded_by);
comment on table static_evidence_uploads is 'the files of the static sources, one per provider';

create table gene_normalization_staging (
  id bigint generated always as identity primary key,
  original_text text not null,
  source text not null,
  reason text,
  status text not null default 'pending',
  created_at timestamptz not null default now()
);
comment on table gene_normalization_staging is
  'gene names that no rule could match to a symbol and that wait for a person';

create table gene_normalization_log (
  id bigint generated always as identity primary key,
  original_text text not null,
  source text not null,
  result text,
  hgnc_id text,
  created_at timestamptz not null default now()
);
comment on table gene_normalization_log is 'every attempt to match a gene name to its approved symbol';

create table cache_entries (
  id bigint generated always as identity primary key,
  namespace text not null,
  cache_key text not null,
  data jsonb not null,
  data_size integer not null,
  access_count integer not null default 0,
  created_at timestamptz not null default now(),
  last_accessed timestamptz not null default now(),
  expires_at timestamptz,
  constraint cache_entries_key unique (namespace, cache_key),
  constraint cache_entries_sizes_range check (data_size >= 0 and access_count >= 0)
);
create index cache_entries_expires_at_idx on cache_entries (expires_at) where expires_at is not null;
comment on table cache_entries is 'answers of remote services, kept so that they need not be asked again';
comment on column cache_entries.expires_at is 'null: never';
