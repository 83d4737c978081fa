comment on column public.gene_scores.id is 'x';
