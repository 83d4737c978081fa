//! Which routine became which, where several of one name took other arguments at once.
//!
//! Each is paired with one at most. Of all ways to pair as many as possible the cheapest counts, where a pair costs what turns one list of
//! arguments into the other.

use std::collections::BTreeSet;

/// The arguments of a routine.
#[derive(Clone, Debug, Default)]
pub struct Signature {
    /// Their types, as PostgreSQL writes them.
    pub types: Vec<String>,
    /// Their names; empty where one has none, or is not known.
    pub names: Vec<String>,
    /// How many of the last ones may be left out.
    pub optional: usize,
}

/// Pairs by index into old and new.
pub type Pairs = Vec<(usize, usize)>;

/// The cheapest pairings of old routines with new ones; several where they cost the same.
pub fn pairings(old: &[Signature], new: &[Signature]) -> Vec<Pairs> {
    if let ([_], [_]) = (old, new) {
        return vec![vec![(0, 0)]];
    }
    let costs: Vec<Vec<Option<u32>>> =
        old.iter().map(|old| new.iter().map(|new| cost(old, new)).collect()).collect();
    let mut search = Search { costs: &costs, best: (0, 0), found: Vec::new() };
    // More than these are no release that a person wrote.
    let many = old.len().max(new.len()) > MANY;
    if many {
        vec![one_by_one(&costs)]
    } else {
        search.from(0, &mut Vec::new(), &mut BTreeSet::new(), 0);
        search.found
    }
}

/// Up to so many overloads of one name all pairings are tried.
const MANY: usize = 7;

struct Search<'c> {
    costs: &'c [Vec<Option<u32>>],
    /// The number of pairs, and what they cost together.
    best: (usize, u32),
    found: Vec<Pairs>,
}

impl Search<'_> {
    fn from(&mut self, old: usize, pairs: &mut Pairs, taken: &mut BTreeSet<usize>, sum: u32) {
        let Some(costs) = self.costs.get(old) else {
            let better = pairs.len() > self.best.0 || pairs.len() == self.best.0 && sum < self.best.1;
            if better || self.found.is_empty() {
                (self.best, self.found) = ((pairs.len(), sum), vec![pairs.clone()]);
            } else if (pairs.len(), sum) == self.best {
                self.found.push(pairs.clone());
            }
            return;
        };
        for (new, cost) in costs.iter().enumerate() {
            if let Some(cost) = cost
                && taken.insert(new)
            {
                pairs.push((old, new));
                self.from(old + 1, pairs, taken, sum + cost);
                pairs.pop();
                taken.remove(&new);
            }
        }
        self.from(old + 1, pairs, taken, sum);
    }
}

/// The cheapest pair of all first.
fn one_by_one(costs: &[Vec<Option<u32>>]) -> Pairs {
    let all = costs.iter().enumerate().flat_map(|(old, costs)| {
        costs.iter().enumerate().filter_map(move |(new, cost)| Some(((*cost)?, old, new)))
    });
    let mut all: Vec<(u32, usize, usize)> = all.collect();
    all.sort_unstable();
    let (mut olds, mut news) = (BTreeSet::new(), BTreeSet::new());
    let free = all.into_iter().filter(|(_, old, new)| {
        let free = !olds.contains(old) && !news.contains(new);
        if free {
            olds.insert(*old);
            news.insert(*new);
        }
        free
    });
    free.map(|(_, old, new)| (old, new)).collect()
}

/// What it costs to turn one list of arguments into the other; none where they have too little in common.
fn cost(old: &Signature, new: &Signature) -> Option<u32> {
    let longer = u32::try_from(old.types.len().max(new.types.len())).ok()?;
    let cost = reordered(old, new).unwrap_or(u32::MAX).min(aligned(old, new));
    (cost <= 25 + 10 * longer).then_some(cost)
}

/// The same arguments in another order.
fn reordered(old: &Signature, new: &Signature) -> Option<u32> {
    let sorted = |types: &[String]| {
        let mut types = types.to_vec();
        types.sort_unstable();
        types
    };
    (old.types != new.types && sorted(&old.types) == sorted(&new.types)).then_some(15)
}

/// The cheapest way to change, add and take away arguments, from left to right.
fn aligned(old: &Signature, new: &Signature) -> u32 {
    let (rows, columns) = (old.types.len(), new.types.len());
    let mut table = vec![vec![0; columns + 1]; rows + 1];
    for row in 0..=rows {
        for column in 0..=columns {
            let gone = (row > 0).then(|| table[row - 1][column] + if row == rows { 25 } else { 27 });
            let added = (column > 0).then(|| table[row][column - 1] + added(new, column - 1, columns));
            let changed = (row > 0 && column > 0)
                .then(|| table[row - 1][column - 1] + changed(old, row - 1, new, column - 1));
            table[row][column] = [gone, added, changed].into_iter().flatten().min().unwrap_or(0);
        }
    }
    table[rows][columns]
}

fn added(new: &Signature, at: usize, columns: usize) -> u32 {
    match (at + new.optional >= columns, at + 1 == columns) {
        (true, _) => 10,
        (false, true) => 25,
        (false, false) => 27,
    }
}

fn changed(old: &Signature, from: usize, new: &Signature, to: usize) -> u32 {
    let name = |of: &Signature, at: usize| of.names.get(at).cloned().unwrap_or_default();
    let (was, is) = (name(old, from), name(new, to));
    let renamed = !was.is_empty() && !is.is_empty() && was != is;
    of_types(&old.types[from], &new.types[to]) + if renamed { 2 } else { 0 }
}

/// What it costs that an argument takes another type.
fn of_types(old: &str, new: &str) -> u32 {
    match (bare(old) == bare(new), family(old), family(new)) {
        (true, ..) => 0,
        (false, Some(old), Some(new)) if old == new => 10,
        (false, Some(Family::Integer | Family::Float), Some(Family::Integer | Family::Float)) => 20,
        _ => 30,
    }
}

/// A type that is written without its schema may be any of its name.
pub fn bare(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(_, name)| name)
}

#[derive(PartialEq, Eq)]
enum Family {
    Integer,
    Float,
    Text,
    Moment,
    Json,
}

fn family(name: &str) -> Option<Family> {
    Some(match name {
        "smallint" | "integer" | "bigint" => Family::Integer,
        "numeric" | "real" | "double precision" => Family::Float,
        "text" | "character varying" | "character" | "name" | "\"char\"" | "citext" => Family::Text,
        "date"
        | "timestamp without time zone"
        | "timestamp with time zone"
        | "time without time zone"
        | "time with time zone" => Family::Moment,
        "json" | "jsonb" => Family::Json,
        _ => return None,
    })
}

/// The types in a list with commas between them.
pub fn types(list: &str) -> Vec<String> {
    let (mut types, mut quoted, mut depth) = (vec![String::new()], false, 0_usize);
    for c in list.chars() {
        match c {
            '"' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth = depth.saturating_sub(1),
            ',' if !quoted && depth == 0 => {
                types.push(String::new());
                continue;
            }
            _ => {}
        }
        types.last_mut().expect("one at least").push(c);
    }
    let types = types.into_iter().map(|name| name.trim().to_owned());
    types.filter(|name| !name.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `integer, z integer = , text`: a name stands before its type, and `=` behind what may be left out.
    fn signature(text: &str) -> Signature {
        let mut signature = Signature::default();
        for part in types(text) {
            let (part, optional) = part.strip_suffix('=').map_or((part.as_str(), false), |part| (part, true));
            let (name, of) = part.split_once(':').unwrap_or(("", part));
            signature.types.push(of.trim().to_owned());
            signature.names.push(name.trim().to_owned());
            signature.optional += usize::from(optional);
        }
        signature
    }

    fn paired(old: &[&str], new: &[&str]) -> Vec<Vec<(String, String)>> {
        let of = |texts: &[&str]| texts.iter().map(|text| signature(text)).collect::<Vec<_>>();
        let named =
            |pairs: &Pairs| pairs.iter().map(|&(a, b)| (old[a].to_owned(), new[b].to_owned())).collect();
        pairings(&of(old), &of(new)).iter().map(named).collect()
    }

    fn is(old: &[&str], new: &[&str], expected: &[(&str, &str)]) {
        let expected: Vec<(String, String)> =
            expected.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
        assert_eq!(paired(old, new), [expected], "{old:?} -> {new:?}");
    }

    #[test]
    fn several_that_change_together_are_paired_one_to_one() {
        is(
            &["integer", "text"],
            &["integer,z:integer=", "text,z:integer="],
            &[("integer", "integer,z:integer="), ("text", "text,z:integer=")],
        );
        is(
            &["a:integer,b:integer", "a:double precision,b:double precision"],
            &["a:numeric,b:numeric", "a:bigint,b:bigint"],
            &[
                ("a:integer,b:integer", "a:bigint,b:bigint"),
                ("a:double precision,b:double precision", "a:numeric,b:numeric"),
            ],
        );
        is(&["id:integer"], &["tenant:text,id:integer"], &[("id:integer", "tenant:text,id:integer")]);
        is(&["integer"], &["bigint", "text"], &[("integer", "bigint")]);
        is(
            &["integer,text,date", "integer"],
            &["integer,text", "integer,date"],
            &[("integer,text,date", "integer,text"), ("integer", "integer,date")],
        );
        is(
            &["a:integer,b:text"],
            &["b:text,a:integer", "a:integer"],
            &[("a:integer,b:text", "b:text,a:integer")],
        );
    }

    #[test]
    fn one_left_on_each_side_is_a_pair_whatever_it_costs() {
        is(
            &["integer"],
            &["integer,integer,integer,integer"],
            &[("integer", "integer,integer,integer,integer")],
        );
    }

    #[test]
    fn what_cannot_be_told_is_told_so() {
        assert_eq!(paired(&["smallint", "bigint"], &["integer"]).len(), 2);
        assert_eq!(paired(&["integer", "text"], &["date,date", "jsonb"]).len(), 2);
    }

    #[test]
    fn types_are_read_with_their_quotes() {
        assert_eq!(types("integer,\"a,b\".\"c\"[],text"), ["integer", "\"a,b\".\"c\"[]", "text"]);
        assert_eq!(types(""), Vec::<String>::new());
    }
}
