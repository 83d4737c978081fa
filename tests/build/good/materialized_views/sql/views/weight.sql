create function weight(id int) returns int language sql immutable as 'select 1';
