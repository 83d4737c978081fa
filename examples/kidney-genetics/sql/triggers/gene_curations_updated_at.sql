-- Who states the moment himself, as a restore does, is believed.
create trigger gene_curations_updated_at
before update on gene_curations
for each row
when (new.updated_at = old.updated_at)
execute function set_updated_at();
