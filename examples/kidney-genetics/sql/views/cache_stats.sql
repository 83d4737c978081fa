-- How the cache is doing, per namespace: what it holds, what of it is stale, how often it helped.
create view cache_stats as
select
  namespace,
  count(*) as total_entries,
  count(*) filter (where expires_at is null or expires_at > now()) as active_entries,
  count(*) filter (where expires_at <= now()) as expired_entries,
  sum(data_size) as total_size_bytes,
  round(avg(data_size), 1) as avg_size_bytes,
  sum(access_count) as total_accesses,
  round(avg(access_count), 1) as avg_accesses,
  max(last_accessed) as last_accessed
from cache_entries
group by namespace;

comment on view cache_stats is 'entries, size and use of the cache per namespace';
