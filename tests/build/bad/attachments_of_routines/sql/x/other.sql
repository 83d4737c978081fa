create function elsewhere() returns int language sql as 'select 1';
create trigger t after insert on genes for each row execute function elsewhere();
