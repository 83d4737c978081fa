create view base as select 1 as id;
create view "Mixed Case" as select 1 as id;
create view éa as select 1 as id;