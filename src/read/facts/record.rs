//! What the ledger says of one object.

use serde::{Deserialize, Serialize};

use crate::read::address::Address;
use crate::read::attached::Made;
use crate::words::attachment::Statement;

/// What the ledger says of an object.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Record {
    /// Another one than the object's where the file says that it was renamed, or where a routine has other argument types.
    pub identity: String,
    pub checksum: String,
    pub address: Address,
    /// Whose it was, quoted.
    #[serde(default)]
    pub owner: Option<String>,
    /// The names of the columns that we made.
    pub columns: Vec<String>,
    pub stated: Stated,
    /// What the server made of the column defaults and rules then.
    #[serde(default)]
    pub made: Made,
    pub deparsed_hash: Option<String>,
    /// Hashes, of texts and of what it used then; none of what an older binary recorded.
    #[serde(default)]
    pub likeness: Option<String>,
    pub server: u32,
    /// The address was written on this server and in this database, and not in one that was dumped.
    #[serde(default = "yes")]
    pub here: bool,
    /// Somebody defined the object anew: its text does not differ by new names below it alone.
    #[serde(default = "yes")]
    pub redefined: bool,
    pub reoptioned: bool,
    pub reattached: bool,
    pub unsettled: bool,
    /// No release since held it.
    #[serde(default)]
    pub retired: bool,
    /// The table of a trigger is gone.
    pub uprooted: bool,
    /// Of a trigger: the table or view that it was made on.
    #[serde(default)]
    pub table: Option<Address>,
    /// What the schema in which it was made is called now, where that is another name.
    #[serde(default)]
    pub schema_now: Option<String>,
}

/// What a text stated beside the definition.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Stated {
    /// The names of the options, in the definition and beside it.
    #[serde(default)]
    pub options: Vec<String>,
    #[serde(default)]
    pub attachments: Vec<Statement>,
    /// Who CURRENT_USER was.
    pub role: Option<String>,
    /// Who SESSION_USER was.
    pub session: Option<String>,
}

impl Stated {
    /// The names of the options that no statement beside the definition stated: only a definition can take them back.
    pub fn options_of_definition(&self) -> Vec<String> {
        let beside: Vec<&str> = self.attachments.iter().flat_map(|one| one.says.options()).collect();
        self.options.iter().filter(|option| !beside.contains(&option.as_str())).cloned().collect()
    }
}

/// What holds where nobody says otherwise.
fn yes() -> bool {
    true
}
