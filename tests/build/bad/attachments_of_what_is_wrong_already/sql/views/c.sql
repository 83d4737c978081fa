create view c as select 1, from genes;
comment on view c is 'x';
