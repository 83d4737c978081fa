-- How a gene's interactions with kidney proteins (STRING) compare with those of all other genes. A table and not a
-- view: the ranking changes only when STRING's annotations are loaded anew.

create table string_ppi_percentiles (
  gene_id bigint primary key references genes on update cascade on delete cascade,
  ppi_score numeric not null,
  percentile numeric(5, 4) not null,
  computed_at timestamptz not null default now(),
  constraint string_ppi_percentiles_percentile_range check (percentile between 0 and 1)
);
create index string_ppi_percentiles_percentile_idx on string_ppi_percentiles (percentile desc);
comment on table string_ppi_percentiles is 'percentile rank of each gene by its STRING interaction score';
