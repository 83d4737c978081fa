//! What texts of others do to the session, and how it becomes again what it was.
//! What is sent in their place, which settings they may make, and what no transaction takes back.

pub mod custom_settings;
pub mod mark;
pub mod own_session;
pub mod settings;
pub mod stand_ins;
