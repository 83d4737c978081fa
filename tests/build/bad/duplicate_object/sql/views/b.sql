-- the same again
create or replace view public."gene_scores" as select 1 as one;
