-- For triggers of tables with a column updated_at.
create function set_updated_at()
returns trigger
language plpgsql
as $$
begin
  new.updated_at := now();
  return new;
end
$$;

comment on function set_updated_at() is 'a row that is updated says when';
