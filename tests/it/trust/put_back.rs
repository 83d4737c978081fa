//! What is put back does not run a neighbour's functions with our rights.
