create trigger t before insert on genes for each row execute function f();
