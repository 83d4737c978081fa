//! What unqualified names of the project mean.
