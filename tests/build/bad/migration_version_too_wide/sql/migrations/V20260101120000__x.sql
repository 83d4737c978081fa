create table genes (id bigint);
