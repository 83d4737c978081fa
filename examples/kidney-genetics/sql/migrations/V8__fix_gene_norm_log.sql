-- The log points at genes by key instead of by HGNC id, and says whether the attempt succeeded and how.

alter table gene_normalization_log rename column source to source_name;
alter table gene_normalization_log rename column result to approved_symbol;

alter table gene_normalization_log
  add column gene_id bigint references genes on update cascade on delete set null,
  add column success boolean not null default false,
  add column normalization_log jsonb not null default '{}';

update gene_normalization_log l
set gene_id = g.id,
    approved_symbol = g.approved_symbol,
    success = true
from genes g
where g.hgnc_id = l.hgnc_id;

alter table gene_normalization_log
  drop column hgnc_id,
  add constraint gene_normalization_log_success_has_a_symbol check (not success or approved_symbol is not null);

create index gene_normalization_log_gene_id_idx on gene_normalization_log (gene_id);
create index gene_normalization_log_failures_idx on gene_normalization_log (source_name, created_at) where not success;
