//! How the columns of a live object differ from those that its file makes. Readers know them by name.

use crate::read::facts::Column;
use crate::words::object::Kind;

/// Why an object with other columns cannot be replaced in place.
#[derive(Debug, PartialEq, Eq)]
pub struct Misfit {
    pub what: String,
    /// Readers that know the old columns by name will miss something.
    pub breaks: bool,
}

/// What the columns of an object of this kind forbid: each has to keep its place, and new ones come last.
pub fn misfit(kind: Kind, old: &[Column], new: &[Column]) -> Option<Misfit> {
    let place = (0..old.len()).find(|&place| new.get(place) != Some(&old[place]))?;
    let lost = old.iter().enumerate().find_map(|(place, column)| lost(place, column, old, new));
    Some(match lost {
        Some(what) => Misfit { what, breaks: true },
        None => Misfit { what: elsewhere(kind, place, old, new), breaks: false },
    })
}

/// What a reader misses who knows a column by its name.
fn lost(place: usize, column: &Column, old: &[Column], new: &[Column]) -> Option<String> {
    let name = &column.name;
    let Some(now) = new.iter().find(|other| other.name == *name) else {
        let renamed = new.get(place).filter(|other| !old.iter().any(|known| known.name == other.name));
        return Some(match renamed {
            Some(other) => format!("column {} is renamed from {name} to {}", place + 1, other.name),
            None => format!("column {name} is gone"),
        });
    };
    if column.data_type != now.data_type {
        return Some(format!("column {name}: {} -> {}", column.data_type, now.data_type));
    }
    (column.collation != now.collation).then(|| format!("column {name}: another collation"))
}

/// What is to be said where all columns are there, and this is the first place that another one has.
fn elsewhere(kind: Kind, place: usize, old: &[Column], new: &[Column]) -> String {
    let is_old = |column: &&Column| old.iter().any(|known| known.name == column.name);
    let after = &old[place].name;
    let first = &new[place].name;
    let in_order =
        new.iter().filter(is_old).map(|column| &column.name).eq(old.iter().map(|column| &column.name));
    if !in_order {
        return format!("column {first} comes before {after}, which nobody notices who reads by name");
    }
    let last_old = new.iter().rposition(|column| is_old(&column)).unwrap_or(0);
    let added: Vec<&str> =
        new[..last_old].iter().filter(|column| !is_old(column)).map(|column| column.name.as_str()).collect();
    let names = added.join(", ");
    let (columns, come) = if added.len() == 1 { ("column", "comes") } else { ("columns", "come") };
    let before = &new[last_old].name;
    match kind {
        Kind::View => {
            format!("{columns} {names} {come} before {before} (put {names} last and it is replaced in place)")
        }
        _ => format!("{columns} {names} {come} before {before}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(text: &str) -> Vec<Column> {
        let column = |text: &str| {
            let (name, data_type) = text.split_once(':').unwrap_or((text, "integer"));
            Column { name: name.into(), data_type: data_type.into(), collation: None }
        };
        text.split(' ').map(column).collect()
    }

    #[test]
    fn columns_are_judged_by_name() {
        for (old, new, what, breaks) in [
            ("id a", "a id", "column a comes before id, which nobody notices who reads by name", false),
            ("id a", "id b a", "column b comes before a (put b last and it is replaced in place)", false),
            (
                "id a",
                "b id c a d",
                "columns b, c come before a (put b, c last and it is replaced in place)",
                false,
            ),
            ("id a", "a b id", "column a comes before id, which nobody notices who reads by name", false),
            ("id a", "id b", "column 2 is renamed from a to b", true),
            ("id a", "id", "column a is gone", true),
            ("id a n", "id n", "column a is gone", true),
            ("id a n", "n id", "column a is gone", true),
            ("id a", "a:text id", "column a: integer -> text", true),
            ("id a", "id a:text", "column a: integer -> text", true),
        ] {
            let found = misfit(Kind::View, &columns(old), &columns(new)).expect(new);
            assert_eq!(found, Misfit { what: what.into(), breaks }, "({old}) -> ({new})");
        }
        assert_eq!(misfit(Kind::View, &columns("id a"), &columns("id a b")), None);
        assert_eq!(misfit(Kind::View, &columns("id a"), &columns("id a")), None);
        let found =
            misfit(Kind::MaterializedView, &columns("id a"), &columns("id b a")).map(|found| found.what);
        assert_eq!(found.as_deref(), Some("column b comes before a"));
    }
}
