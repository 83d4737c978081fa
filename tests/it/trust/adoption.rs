//! Live objects of a neighbour under the project's names.
