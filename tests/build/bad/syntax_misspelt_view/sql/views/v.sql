create vew v as select 1 as one;
