select * into copied from genes;
