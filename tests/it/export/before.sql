-- What the tables need to be there before them.
create schema app;
create function app.next_code(prefix text default 'g') returns text language plpgsql volatile as $f$
begin
  return prefix || nextval('app.codes');
end $f$;
create function app.is_symbol(text) returns boolean language sql immutable strict return $1 ~ '^[A-Z]';
create function app.folded(text) returns text language sql immutable as 'select lower($1)';
