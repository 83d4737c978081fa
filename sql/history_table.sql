-- refinery's history table, as refinery makes it.
-- Parameters: table (already quoted), width (int4 or int8). Versions: 14-18.
create table if not exists :table (
  version :width primary key,
  name varchar(255),
  applied_on varchar(255),
  checksum varchar(255)
)
