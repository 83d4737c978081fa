create function f(a genes.id%type, b int) returns int language sql as 'select 1';
