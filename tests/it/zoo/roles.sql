-- The roles of the zoo. They belong to the whole server, and tests run side by side.
do $$
declare
  wanted text;
begin
  foreach wanted in array array['zoo_owner', 'zoo_other_owner', 'zoo_clerk', 'Zoo Reader'] loop
    begin
      execute format('create role %I', wanted);
    exception when duplicate_object or unique_violation then null;
    end;
  end loop;
end $$;
