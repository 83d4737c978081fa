//! Tests against a real PostgreSQL.

mod support;

mod attached_kinds;
mod attachments;
mod background;
mod command_line;
mod crash;
mod crossings;
mod edges;
mod export;
mod foreign;
mod healing;
mod identities;
mod kinds;
mod layers;
mod materialized;
mod no_op;
mod past_views;
mod random;
mod readers;
mod refresh;
mod rehearsal;
mod releases;
mod retired;
mod rights;
mod routines;
mod segments;
mod settings;
mod shapes;
mod storm;
mod taking_over;
mod triggers;
mod twins;
mod waiting;
mod wrong;
mod zoo;
