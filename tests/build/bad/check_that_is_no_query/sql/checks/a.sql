delete from genes;
