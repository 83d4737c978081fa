create table genes (id int);
create function tf() returns trigger language plpgsql as 'begin return new; end';
create trigger made after insert on public.genes for each row execute function tf();
alter table genes disable trigger made;
alter table genes disable trigger late;
comment on trigger other on genes is 'x';
