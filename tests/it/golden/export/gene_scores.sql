CREATE VIEW "Gene Scores" WITH (security_barrier = true, check_option = local) AS
 SELECT genes.id,
    genes."order",
    genes.word,
    genes.score
   FROM genes
  WHERE genes.score >= 0::numeric;

ALTER VIEW "Gene Scores" ALTER COLUMN id SET DEFAULT nextval('public.numbers'::regclass);
ALTER VIEW "Gene Scores" ALTER COLUMN "order" SET DEFAULT 'it''s a word'::text;

CREATE RULE "Ru Le" AS
    ON DELETE TO "Gene Scores" DO INSTEAD ( INSERT INTO public.log (id, word)
  VALUES (old.id, old."order");
 SELECT 1 AS "?column?";
);
COMMENT ON RULE "Ru Le" ON "Gene Scores" IS 'a rule; of two statements';

COMMENT ON VIEW "Gene Scores" IS 'it''s a view';
COMMENT ON COLUMN "Gene Scores"."order" IS 'a column';

ALTER VIEW "Gene Scores" OWNER TO zoo_owner;
REVOKE UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER ON "Gene Scores" FROM zoo_owner;
REVOKE INSERT, DELETE ON "Gene Scores" FROM zoo_clerk;
GRANT SELECT ON "Gene Scores" TO "Zoo Reader" WITH GRANT OPTION;
GRANT SELECT ON "Gene Scores" TO zoo_clerk;
GRANT SELECT ON "Gene Scores" TO PUBLIC;
GRANT SELECT ("order", word), UPDATE ("order") ON "Gene Scores" TO zoo_clerk;
