-- viewkeeper: renamed-from old_v, app."Older V"
-- The view of everything.
CREATE OR REPLACE VIEW app."Gene V" (a, b) WITH (security_invoker = true, Security_Barrier) AS
select id, score from genes
with cascaded check option /* here it ends */ ;

comment on view "Gene V" is 'semicolons; in strings';
comment on column app."Gene V".a is $$dollar; quotes$$;
grant select (a), update (b) on "Gene V" to reader with grant option;
revoke all on table app."Gene V" from public;
alter view if exists "Gene V" owner to admin;
alter view "Gene V" set (check_option = local);
alter view "Gene V" reset (security_barrier);
alter view "Gene V" alter column b set default 0;
create rule r as on insert to "Gene V" do instead insert into log select new.a from w;
comment on rule r on "Gene V" is 'x' -- no semicolon at the end
