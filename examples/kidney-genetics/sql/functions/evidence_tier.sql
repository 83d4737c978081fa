-- What a score is worth, in a word: a gene that many sources name stands on firmer ground than one that a single source
-- praises. The body is the server's to read, so it knows what stands on what.
create function evidence_tier(source_count bigint, percentage_score numeric)
returns text
language sql
immutable
parallel safe
return case
  when source_count = 0 then 'none'
  when source_count >= 5 and percentage_score >= 50 then 'comprehensive'
  when source_count >= 3 and percentage_score >= 25 then 'strong'
  when source_count >= 2 then 'supported'
  else 'single source'
end;

comment on function evidence_tier(bigint, numeric) is 'a gene''s evidence in a word, from none to comprehensive';
