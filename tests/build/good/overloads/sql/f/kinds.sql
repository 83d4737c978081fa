create function made_of(bigint, int) returns bigint language sql as 'select 1::bigint';
create aggregate made_of(int) (sfunc = made_of, stype = bigint);
create procedure made_of(a int, b int, out c int) language sql as 'select 1';
create procedure calls() begin atomic call made_of(1, 2, null); end;
