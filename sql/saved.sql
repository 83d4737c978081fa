-- To be written.
select '[]' as answer
