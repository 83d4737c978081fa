create view sa.users as select id from users;
