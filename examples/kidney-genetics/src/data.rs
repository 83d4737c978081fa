//! The data: generated in the server by the files under `data/`, the same rows in every database.

use postgres::{Client, Error};

/// In the order in which they stand on each other. The first makes the tools that the others use, the last puts them
/// away.
const FILES: [&str; 5] = [
    include_str!("../data/genes.sql"),
    include_str!("../data/evidence.sql"),
    include_str!("../data/static_sources.sql"),
    include_str!("../data/annotations.sql"),
    include_str!("../data/application.sql"),
];

/// The order is part of the fingerprint, and no column of the views depends on the session's settings.
const FINGERPRINT: &str = "
    select md5(string_agg(gene_scores::text || gene_ranking::text, E'\\n' order by gene_id))
    from gene_scores
    join gene_ranking using (gene_id)";

/// Fills the empty tables, all or none.
pub fn load(client: &mut Client) -> Result<(), Error> {
    let mut transaction = client.transaction()?;
    for file in FILES {
        transaction.batch_execute(file)?;
    }
    transaction.commit()?;
    // The planner must know of the new rows before the views are asked, not only when autovacuum comes by.
    client.batch_execute("analyze")
}

/// One text for all rows of `gene_scores` and `gene_ranking`: equal scores and places, equal text. None where nothing is ranked.
pub fn fingerprint(client: &mut Client) -> Result<Option<String>, Error> {
    client.query_one(FINGERPRINT, &[])?.try_get(0)
}
