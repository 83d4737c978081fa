//! A view as a file.

use std::fmt::Write;

use super::model::{Expression, OWNER, View, quoted};

/// The file of a view: the statement and what is stated beside it.
pub fn file(view: &View) -> String {
    let mut text = String::new();
    if view.note > 0 {
        let _ = writeln!(text, "-- Note {}.", view.note);
    }
    if let Some(old) = &view.renamed_from {
        let _ = writeln!(text, "-- viewkeeper: renamed-from {}", quoted(old));
    }
    let name = quoted(&view.name);
    let options: Vec<_> = view.options.iter().map(|(key, value)| format!("{key} = {value}")).collect();
    let options = options.join(", ");
    match options.is_empty() || view.altered {
        true => writeln!(text, "create view {name} as"),
        false => writeln!(text, "create view {name} with ({options}) as"),
    }
    .expect("a string takes everything");
    let _ = writeln!(text, "{};", query(view));
    if !options.is_empty() && view.altered {
        let _ = writeln!(text, "alter view {name} set ({options});");
    }
    if view.owned {
        let _ = writeln!(text, "alter view {name} owner to {OWNER};");
    }
    for (column, comment) in &view.comments {
        let _ = match column {
            None => writeln!(text, "comment on view {name} is '{comment}';"),
            Some(column) => writeln!(text, "comment on column {name}.{} is '{comment}';", quoted(column)),
        };
    }
    for (role, privilege, column) in &view.grants {
        let column = column.as_ref().map(|column| format!(" ({})", quoted(column))).unwrap_or_default();
        let _ = writeln!(text, "grant {privilege}{column} on {name} to {role};");
    }
    text
}

fn query(view: &View) -> String {
    let sources: Vec<String> =
        view.sources.iter().enumerate().map(|(i, source)| format!("{} s{i}", quoted(source))).collect();
    let mut text = match view.star {
        true => "select s0.*".to_owned(),
        false => format!("select {}", view.columns.iter().map(column).collect::<Vec<_>>().join(", ")),
    };
    let _ = write!(text, "\n  from {}", sources.join(" cross join "));
    if let Some((source, column)) = &view.filter {
        let _ = write!(text, "\n where s{source}.{} is not null", quoted(column));
    }
    let grouped: Vec<String> = (view.columns.iter().enumerate())
        .filter(|(_, column)| matches!(column.expression, Expression::Column { .. }))
        .map(|(i, _)| (i + 1).to_string())
        .collect();
    let counts = view.columns.iter().any(|column| column.expression == Expression::Count);
    if counts && !view.star && !grouped.is_empty() {
        let _ = write!(text, "\n group by {}", grouped.join(", "));
    }
    if view.ordered {
        text.push_str("\n order by 1");
    }
    text
}

fn column(column: &super::model::Column) -> String {
    let expression = match &column.expression {
        Expression::Column { source, column } => format!("s{source}.{}", quoted(column)),
        Expression::Count => "count(*)".to_owned(),
        Expression::Constant(value) => value.to_string(),
    };
    let cast = column.cast.map(|cast| format!("::{cast}")).unwrap_or_default();
    format!("{expression}{cast} as {}", quoted(&column.name))
}
