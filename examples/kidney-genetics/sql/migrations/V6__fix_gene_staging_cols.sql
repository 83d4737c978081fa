-- The staging table's columns get the names that the application uses, and what a reviewer needs.

alter table gene_normalization_staging rename column source to source_name;
alter table gene_normalization_staging rename column reason to failure_reason;

alter table gene_normalization_staging
  add column original_data jsonb not null default '{}',
  add column priority_score integer not null default 0,
  add column suggestions text[] not null default '{}',
  add column reviewed_by bigint references users on update cascade on delete set null,
  add column reviewed_at timestamptz,
  add column resolved_gene_id bigint references genes on update cascade on delete set null,
  add constraint gene_normalization_staging_status_known
    check (status in ('pending', 'in_review', 'approved', 'rejected')),
  add constraint gene_normalization_staging_text_key unique (original_text, source_name);

create index gene_normalization_staging_queue_idx
  on gene_normalization_staging (priority_score desc, id)
  where status = 'pending';
create index gene_normalization_staging_reviewed_by_idx on gene_normalization_staging (reviewed_by);
create index gene_normalization_staging_resolved_gene_id_idx on gene_normalization_staging (resolved_gene_id);
