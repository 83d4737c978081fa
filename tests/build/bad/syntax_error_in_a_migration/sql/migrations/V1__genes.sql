create table genes (
  id bigint primary key,
  symbol text not nul
);
