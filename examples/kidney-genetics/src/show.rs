//! What the application prints.

use postgres::{Client, Error};
use viewkeeper::Project;

const COUNTS: &str = "
    select 'genes', count(*) from genes
    union all
    select 'annotations', count(*) from gene_annotations
    union all
    select 'evidence records', count(*) from gene_evidence";

const BEST_GENES: &str = "
    select
      r.place::text,
      r.approved_symbol,
      r.percentage_score::text,
      r.evidence_tier,
      r.source_count::text,
      r.evidence_count::text,
      coalesce(e.best_classification, '-'),
      coalesce(e.strongest_source, '-')
    from gene_ranking r
    left join evidence_summary e on e.gene_id = r.gene_id
    order by r.place, r.approved_symbol
    limit 10";

/// A heading with air around it.
pub fn heading(text: &str) {
    println!("\n{text}\n{}\n", "=".repeat(text.chars().count()));
}

/// The project's objects, one line a tier.
pub fn tiers(project: &Project) {
    for (tier, objects) in (1..).zip(project.tiers()) {
        let names: Vec<_> = objects.iter().map(|object| object.name().name).collect();
        println!("{tier}  {}", names.join(", "));
    }
}

/// How much there is.
pub fn counts(client: &mut Client) -> Result<(), Error> {
    for row in client.query(COUNTS, &[])? {
        println!("{:>6}  {}", row.try_get::<_, i64>(1)?, row.try_get::<_, &str>(0)?);
    }
    Ok(())
}

/// The ten genes with the highest scores.
pub fn best_genes(client: &mut Client) -> Result<(), Error> {
    let columns =
        ["place", "gene", "score", "evidence", "sources", "records", "classification", "stands out in"];
    let rows = client.query(BEST_GENES, &[])?;
    let rows = rows.iter().map(|row| (0..columns.len()).map(|column| row.try_get(column)).collect());
    table(&columns, &rows.collect::<Result<Vec<Vec<&str>>, _>>()?);
    Ok(())
}

/// What a user of the application would see now.
pub fn outage(client: &mut Client) {
    println!("\nAnd the application?\n");
    match best_genes(client) {
        Ok(()) => println!("\nIt notices nothing."),
        Err(error) => {
            println!("{}", error.as_db_error().map_or_else(|| error.to_string(), ToString::to_string))
        }
    }
}

/// Columns as wide as their widest cell.
fn table(columns: &[&str], rows: &[Vec<&str>]) {
    let width = |column: usize| rows.iter().map(|row| row[column].len()).chain([columns[column].len()]).max();
    let widths: Vec<usize> = (0..columns.len()).filter_map(width).collect();
    let rule: Vec<String> = widths.iter().map(|&width| "-".repeat(width)).collect();
    line(columns, &widths);
    line(&rule, &widths);
    for row in rows {
        line(row, &widths);
    }
}

fn line(cells: &[impl AsRef<str>], widths: &[usize]) {
    let cells = cells.iter().zip(widths).map(|(cell, width)| format!("{:<width$}", cell.as_ref()));
    println!("{}", cells.collect::<Vec<_>>().join("  ").trim_end());
}
