-- Who states the moment himself, as a restore does, is believed.
create trigger genes_updated_at
before update on genes
for each row
when (new.updated_at = old.updated_at)
execute function set_updated_at();
