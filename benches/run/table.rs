//! The table, in Markdown, so that it can be quoted as it is printed.

use std::fmt;
use std::time::Duration;

/// A column for each tool, and a row for each thing that was measured.
pub struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    pub fn new(tools: impl IntoIterator<Item = String>) -> Table {
        let mut table = Table { rows: Vec::new() };
        table.row("", tools);
        table
    }

    pub fn row(&mut self, name: &str, cells: impl IntoIterator<Item = impl ToString>) {
        let cells = cells.into_iter().map(|cell| cell.to_string());
        self.rows.push([name.to_owned()].into_iter().chain(cells).collect());
    }

    pub fn times(&mut self, name: &str, times: Vec<Duration>) {
        self.row(name, times.into_iter().map(milliseconds));
    }

    fn width(&self, column: usize) -> usize {
        self.rows.iter().map(|row| row[column].len()).max().unwrap_or_default()
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, row) in self.rows.iter().enumerate() {
            for (column, cell) in row.iter().enumerate() {
                let width = self.width(column);
                match column {
                    0 => write!(f, "| {cell:<width$} |")?,
                    _ => write!(f, " {cell:>width$} |")?,
                }
            }
            writeln!(f)?;
            if number == 0 {
                for column in 0..row.len() {
                    let line = "-".repeat(self.width(column));
                    write!(f, "{}", if column == 0 { format!("|-{line}-|") } else { format!("-{line}:|") })?;
                }
                writeln!(f)?;
            }
        }
        Ok(())
    }
}

/// No more digits than mean something.
pub fn milliseconds(time: Duration) -> String {
    let milliseconds = time.as_secs_f64() * 1000.0;
    let digits = if milliseconds < 10.0 { 2 } else { 1 };
    format!("{milliseconds:.digits$}")
}
