create function f() returns trigger language plpgsql as 'begin return new; end';
create trigger late after insert on genes for each row execute function f();
create trigger made after insert on genes for each row execute function f();
