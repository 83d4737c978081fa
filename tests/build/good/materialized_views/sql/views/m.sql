-- viewkeeper: refresh on-change
-- viewkeeper: renamed-from old_m
create materialized view m (gene_id, "Score")
using heap
with (fillfactor = 70, autovacuum_enabled = false)
tablespace fast
as (select id, max(score) from base group by id) union select id, 0 from app.base -- all
with data;

create unique index m_key on m (gene_id);
create unique index m_lower on app.m using btree (lower("Score"::text)) include (gene_id) with (fillfactor = 90);
create unique index m_some on only m ((gene_id)) where "Score" > 0;
create unique index m_collated on m ((gene_id), "Score" collate "C" desc nulls last) nulls not distinct;
create index on_it on m (weight(gene_id));
create statistics m_stats (ndistinct) on gene_id, "Score" from m;
create statistics app.other on gene_id, "Score" from app.m;
comment on materialized view m is 'scores';
comment on column m."Score" is 'the score';
comment on index m_key is 'the key';
comment on index app.m_lower is 'lower';
comment on statistics m_stats is 'stats';
grant select on m to reader;
alter materialized view m owner to admin;
alter materialized view m set (autovacuum_enabled);
alter materialized view m reset (fillfactor);
