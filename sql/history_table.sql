-- refinery's history table, as refinery makes it, where there was none when it was looked at: one that somebody made since is an
-- error, because nobody looked at it.
-- Parameters: table (already quoted), width (int4 or int8). Columns: none. Versions: 14-18.
create table :table (
  version :width primary key,
  name varchar(255),
  applied_on varchar(255),
  checksum varchar(255)
)
