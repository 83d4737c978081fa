//! The application: a table, a materialized view with two indexes, and a view on it, in two releases.

use postgres::Client;
use viewkeeper::__private::{collect_files, migrator};
use viewkeeper::Migrator;

use crate::Result;

const TABLES: &str = "
create table sensors (id int primary key, name text not null, weight numeric not null);
create table readings (id bigint primary key, sensor int not null references sensors, value numeric not null);
";

/// The query of the first release.
const OLD: &str = "
select r.id, s.name as sensor, round(r.value * s.weight, 3) as score
  from readings r join sensors s on s.id = r.sensor";

/// The next release reckons otherwise, and the columns are the same: nothing else would have to be made anew.
const NEW: &str = "
select r.id, s.name as sensor, round(100 * (1 - exp(-r.value * s.weight)), 3) as score
  from readings r join sensors s on s.id = r.sensor";

const INDEXES: &str = "
create unique index reading_scores_key on reading_scores (id);
create index reading_scores_by_score on reading_scores (sensor, score);
";

const VIEW: &str = "
create view good_readings as select id, sensor, score from reading_scores where score > 0";

/// The release that replaces the first one.
pub fn new() -> Result<Migrator> {
    project(NEW, 2)
}

/// The same by hand, in one transaction.
pub fn by_hand() -> String {
    format!(
        "begin;\ndrop view good_readings;\ndrop materialized view reading_scores;\n\
         create materialized view reading_scores as {NEW};\n{INDEXES};\n{VIEW};\ncommit;"
    )
}

/// The first release, with this many rows.
pub fn fill(client: &mut Client, rows: u32) -> Result {
    project(OLD, 1)?.run(client)?;
    client.batch_execute(&format!(
        "insert into sensors select n, 'sensor ' || n, n / 100.0 from generate_series(1, 100) n;
         insert into readings select n, 1 + n % 100, (n::bigint * 7919 % 10007) / 100.0 from generate_series(1, {rows}) n;
         refresh materialized view reading_scores;
         -- A hundredth of the rows is other ones since the view was filled.
         update readings set value = value + 1 where id % 100 = 0;"
    ))?;
    Ok(client.batch_execute("vacuum analyze")?)
}

fn project(query: &str, built: u64) -> Result<Migrator> {
    let files = [
        ("migrations/V1__readings.sql", TABLES.to_owned()),
        (
            "views/reading_scores.sql",
            format!("create materialized view reading_scores as {query};\n{INDEXES}"),
        ),
        ("views/good_readings.sql", VIEW.to_owned()),
    ];
    let files = files.map(|(path, text)| (path.to_owned(), text));
    let bundle = collect_files(&files, "sql", "swap").map_err(|problems| problems.join("\n"))?;
    // The moment of a build is in milliseconds, and one before the year 2000 counts as unknown.
    Ok(migrator(bundle, 1_000_000_000_000 + built))
}
