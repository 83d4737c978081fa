//! The build side: what is read, what is refused, and in which words.

mod bundles;
mod cargo_runs;
mod diagnostics;
mod graphs;
mod hostile;
mod inputs;
mod long_lines;
