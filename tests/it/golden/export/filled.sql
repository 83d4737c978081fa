CREATE MATERIALIZED VIEW bi.filled WITH (fillfactor = 70, toast.autovacuum_enabled = false) AS
 SELECT "Gene Scores".id AS a,
    "Gene Scores"."order" AS b,
    "Gene Scores".word AS "order"
   FROM "Gene Scores";

CREATE UNIQUE INDEX "filled A" ON bi.filled USING btree (a) WITH (fillfactor='80');
COMMENT ON INDEX bi."filled A" IS 'an index';
CREATE INDEX filled_expression ON bi.filled USING btree (lower(b), a DESC) WHERE (a > 0);
CREATE STATISTICS bi.filled_statistics (ndistinct, dependencies) ON a, b FROM bi.filled;
COMMENT ON STATISTICS bi.filled_statistics IS 'statistics';

ALTER MATERIALIZED VIEW bi.filled CLUSTER ON "filled A";

COMMENT ON MATERIALIZED VIEW bi.filled IS 'filled';
COMMENT ON COLUMN bi.filled.a IS 'its first column';

ALTER MATERIALIZED VIEW bi.filled OWNER TO zoo_owner;
GRANT INSERT, SELECT, DELETE ON bi.filled TO zoo_clerk;
GRANT SELECT (a) ON bi.filled TO "Zoo Reader";
