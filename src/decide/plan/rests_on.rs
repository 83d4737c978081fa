//! What is put back from the catalog was judged when it was read, and locks keep nobody from changing functions, types and names. So
//! it is asked again in the message that puts it back, right before: a question that ends the work.

use serde_json::json;

use crate::decide::attached::ownership::{Fate, Ownership};
use crate::read::catalog::unchanged;
use crate::read::dependent::{Dependent, Rest};

/// The statement that ends the work where something of a stranger's would run by now. None where nothing is to be asked.
pub fn question<'r>(rests: impl IntoIterator<Item = &'r Rest>) -> Option<String> {
    let asked: Vec<&Rest> = rests.into_iter().collect();
    if asked.is_empty() {
        return None;
    }
    let asked: Vec<_> =
        asked.iter().map(|rest| json!({"on": rest.on, "name": rest.name, "how": rest.how})).collect();
    // No dollar quote ends in it.
    let asked = json!(asked).to_string().replace('$', "\\u0024");
    Some(unchanged(&asked))
}

/// What somebody's own things on an object of the project rest on. What its file makes, the project itself answers for.
pub fn of_ours<'s>(ownership: &Ownership, dependent: &'s Dependent) -> Vec<&'s Rest> {
    let kept = |rest: &&Rest| rest.about.as_ref().is_some_and(|about| ownership.fate_of(about) == Fate::Kept);
    dependent.rests.iter().filter(kept).collect()
}
