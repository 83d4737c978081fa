-- viewkeeper: no-transaction
create index concurrently on a (id);
create index concurrently a_very_long_name_of_an_index_that_postgresql_would_have_to_cut_at_its_limit on a (id);
begin;
