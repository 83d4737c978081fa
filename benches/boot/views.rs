//! The application's views in a database, looked at without any of the tools.

use viewkeeper::testing::Database;

use crate::Result;
use crate::application::migrate;

/// Whether all of them are there.
pub fn are_there(database: &Database) -> Result<bool> {
    let count = "select count(*) from pg_views where schemaname = 'public'";
    let count: i64 = database.connect()?.query_one(count, &[])?.get(0);
    Ok(usize::try_from(count)? == migrate::project().objects().len())
}

/// Drops the last one, as somebody may do by hand.
pub fn drop_one(database: &Database) -> Result {
    let last = migrate::project().objects().next_back().ok_or("the application has no views")?;
    database.connect()?.batch_execute(&format!("drop view {}", last.name()))?;
    Ok(())
}
