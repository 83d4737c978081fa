create or replace trigger set_updated_at
before insert or update of symbol on app.genes
for each row when (new.symbol is distinct from old.symbol and checked(new.id)) execute function touch('updated_at', 1);
comment on trigger set_updated_at on app.genes is 'x';
alter table app.genes disable trigger set_updated_at;
alter table app.genes enable replica trigger set_updated_at;
alter table only app.genes enable always trigger set_updated_at;
alter table if exists app.genes enable trigger set_updated_at;
-- viewkeeper: renamed-from older
create trigger insert_gene instead of insert on gene_view for each row execute procedure public.touch();
create constraint trigger later after insert on genes from other deferrable initially deferred for each row execute function touch();
create trigger set_updated_at after delete on genes referencing old table as gone for each statement execute function touch();
