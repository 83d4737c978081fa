-- evidence_summary_view, kept: the application's lists read it far more often than evidence changes. The load of the data
-- ends with a refresh; single records come in without one, so every release brings it up to date, too.
-- viewkeeper: refresh on-run
create materialized view evidence_summary as
select *
from evidence_summary_view;

-- One row per gene; with this index a refresh lets readers go on.
create unique index evidence_summary_gene_id_key on evidence_summary (gene_id);
create index evidence_summary_sources_idx on evidence_summary using gin (sources);

comment on materialized view evidence_summary is 'evidence_summary_view as of the last refresh';
