-- 4,833 genes: the hundred of kidney disease by their real symbols, the best known first, then invented ones (SYN...).
-- All HGNC ids are invented too, and far above the range that HGNC has given out.

-- A throw of a die with so many sides, from 0: the same for a topic and a number in every database, ever.
create function pg_temp.dice(topic text, number bigint, sides integer)
returns integer
language sql immutable
return ('x' || left(md5(topic || ':' || number), 7))::bit(28)::integer % sides;

create temporary table kidney_genes on commit drop as
select
  symbol,
  place::integer as place
from unnest(array[
  'PKD1', 'PKD2', 'COL4A5', 'COL4A3', 'COL4A4', 'NPHS1', 'NPHS2', 'UMOD', 'HNF1B', 'WT1',
  'PKHD1', 'PAX2', 'INF2', 'TRPC6', 'ACTN4', 'PLCE1', 'LAMB2', 'NPHP1', 'CLCN5', 'CTNS',
  'SLC12A3', 'SLC12A1', 'KCNJ1', 'CLCNKB', 'BSND', 'AVPR2', 'AQP2', 'OCRL', 'GLA', 'APOL1',
  'CFH', 'CFI', 'CD46', 'C3', 'DGKE', 'MUC1', 'REN', 'SEC61A1', 'GANAB', 'DNAJB11',
  'NPHP3', 'NPHP4', 'INVS', 'CEP290', 'TMEM67', 'IQCB1', 'WDR19', 'TTC21B', 'AHI1', 'OFD1',
  'BBS1', 'BBS2', 'BBS10', 'ALMS1', 'EYA1', 'SIX1', 'SALL1', 'GATA3', 'RET', 'ROBO2',
  'FRAS1', 'FREM1', 'FREM2', 'GRIP1', 'AGT', 'ACE', 'AGTR1', 'CD2AP', 'MYO1E', 'CRB2',
  'COQ2', 'COQ6', 'COQ8B', 'PDSS2', 'SMARCAL1', 'NUP93', 'NUP107', 'NUP133', 'WDR73', 'OSGEP',
  'LMX1B', 'MYH9', 'AGXT', 'GRHPR', 'HOGA1', 'SLC3A1', 'SLC7A9', 'SLC34A1', 'SLC34A3', 'CYP24A1',
  'CLDN16', 'CLDN19', 'CASR', 'ATP6V0A4', 'ATP6V1B1', 'SLC4A1', 'SLC4A4', 'VHL', 'TSC1', 'TSC2'
]) with ordinality as known (symbol, place);

insert into genes (approved_symbol, hgnc_id, aliases, created_at, updated_at)
select
  coalesce(k.symbol, 'SYN' || lpad(n::text, 4, '0')),
  'HGNC:' || 9000000 + n,
  case
    when k.symbol is null and pg_temp.dice('alias', n, 4) = 0 then array['LOC' || 7000000 + n]
    else '{}'
  end,
  timestamptz '2025-09-25 00:00:00+00' + n * interval '1 second',
  timestamptz '2025-09-25 00:00:00+00' + n * interval '1 second'
from generate_series(1, 4833) as n
left join kidney_genes k on k.place = n
order by n;

-- The genes that a source speaks of: those of kidney disease, then others by lot. Prominence runs from 100 (the best
-- known) to 1, and is 0 for the others.
create function pg_temp.drawn(topic text, wanted integer)
returns table (gene_id bigint, prominence integer)
language sql stable
begin atomic
  select
    g.id,
    coalesce(101 - k.place, 0)
  from genes g
  left join kidney_genes k on k.symbol = g.approved_symbol
  order by k.place, pg_temp.dice(topic, g.id, 1000000), g.id
  limit wanted;
end;
