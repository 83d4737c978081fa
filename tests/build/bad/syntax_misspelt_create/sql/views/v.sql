crate view v as select 1 as one;
