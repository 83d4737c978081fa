//! What people do to a database when nobody looks.

use postgres::{Client, Error};

/// Something done by hand: in words, and in SQL.
struct Deed {
    words: &'static str,
    sql: &'static str,
}

/// A drop that takes others along, a definition that nobody reviewed, a new name for a column, and two things that nobody
/// misses until it is late.
const DEEDS: [Deed; 5] = [
    Deed {
        words: "drops static_evidence_scores, with everything that stands on it",
        sql: "drop view static_evidence_scores cascade",
    },
    Deed {
        words: "replaces evidence_classification_weights: now a dispute weighs as much as a proof",
        sql: "
            create or replace view evidence_classification_weights as
            select
              ge.id as evidence_id,
              ge.gene_id,
              g.approved_symbol,
              ge.source_name,
              1::bigint as classification_count,
              'Definitive' as best_classification,
              1.0 as classification_weight
            from gene_evidence ge
            join genes g on g.id = ge.gene_id
            where ge.source_name in ('ClinGen', 'GenCC')",
    },
    Deed {
        words: "renames a column of cache_stats",
        sql: "alter view cache_stats rename column total_entries to entries",
    },
    Deed {
        words: "drops the trigger that says when a gene was updated",
        sql: "drop trigger genes_updated_at on genes",
    },
    Deed {
        words: "drops an index of evidence_summary, to make room",
        sql: "drop index evidence_summary_sources_idx",
    },
];

/// Does all of it, and tells.
pub fn inflict(client: &mut Client) -> Result<(), Error> {
    for deed in &DEEDS {
        client.batch_execute(deed.sql)?;
        println!("- {}", deed.words);
    }
    Ok(())
}
