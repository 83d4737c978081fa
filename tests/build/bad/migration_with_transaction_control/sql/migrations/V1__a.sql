BEGIN;
create table a (id int);
savepoint s;
rollback to s;
COMMIT;
