//! What reading gives: plain values, decoded from the server's JSON. Deciding works on these and never on a
//! connection.

pub mod applied_row;
pub mod blocker;
pub mod ledger_state;
pub mod live;
pub mod looked;
pub mod probe;
pub mod record;
pub mod recorded;
pub mod shape;
pub mod strange_trigger;
pub mod view_text;

pub use self::applied_row::AppliedRow;
pub use self::blocker::{Blocker, HeldLock};
pub use self::ledger_state::{CurrentRelease, LedgerState};
pub use self::live::{Live, LiveObject, LiveSchema};
pub use self::looked::{Flaw, Home, Looked, Refusal, Whose};
pub use self::probe::{LedgerAnswer, Probe};
pub use self::record::Record;
pub use self::recorded::{GoneObject, ManagedObject, Recorded, RecordedObject, RetiredObject};
pub use self::shape::{Column, Shape, Signature};
pub use self::strange_trigger::StrangeTrigger;
pub use self::view_text::ViewText;
