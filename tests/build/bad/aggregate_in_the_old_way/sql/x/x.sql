create aggregate total (basetype = int, sfunc = int4pl, stype = int);
