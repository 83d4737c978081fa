create temp view v as select 1 as one;
