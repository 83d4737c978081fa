//! The application's views in a database, looked at without any of the tools.

use viewkeeper::object::{Kind, Name};
use viewkeeper::testing::Database;

use crate::Result;
use crate::application::migrate;

/// Whether all of them are there, and the materialized ones.
pub fn are_there(database: &Database) -> Result<bool> {
    let count =
        "select count(*) from pg_class where relkind in ('v', 'm') and relnamespace = 'public'::regnamespace";
    let count: i64 = database.connect()?.query_one(count, &[])?.get(0);
    let views = migrate::project().objects().filter(|object| object.kind().is_relation());
    Ok(usize::try_from(count)? == views.count())
}

/// Drops the last plain one on which nothing stands, as somebody may do by hand.
pub fn drop_one(database: &Database) -> Result {
    let objects = || migrate::project().objects();
    let stood_on = |name: &Name| objects().any(|object| object.needs().any(|below| below.name() == *name));
    let mut views = objects().filter(|object| object.kind() == Kind::View).map(|object| object.name());
    let last = views.rfind(|name| !stood_on(name)).ok_or("the application has no view to drop")?;
    database.connect()?.batch_execute(&format!("drop view {last}"))?;
    Ok(())
}
