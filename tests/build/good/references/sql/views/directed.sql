-- viewkeeper: depends-on places, PUBLIC."Mixed Case"

/* viewkeeper: depends-on r */
create view directed as select f() as x;
