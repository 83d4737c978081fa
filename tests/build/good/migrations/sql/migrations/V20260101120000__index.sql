-- viewkeeper: no-transaction
create index concurrently if not exists genes_score on genes (score);
CREATE UNIQUE INDEX CONCURRENTLY "Other Index" ON other.genes USING btree (lower(symbol)) WHERE symbol <> ';';
vacuum analyze genes
