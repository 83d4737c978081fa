create index i on genes (symbol);
