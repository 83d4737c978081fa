create view gene_scores as select id, score from genes;
grant select on genes to reader;
comment on table genes is 'x';
create rule r as on insert to genes do nothing;
