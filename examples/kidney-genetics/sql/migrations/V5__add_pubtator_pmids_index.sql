-- "Which genes does this publication speak of?" Only PubTator's records carry pmids, so only they are indexed.

create index gene_evidence_pubtator_pmids_idx
  on gene_evidence using gin ((evidence_data -> 'pmids') jsonb_path_ops)
  where source_name = 'PubTator';
