//! What the exported objects stand on, as the server knows it: their order, the parts that would close a circle, and the
//! routines that have to be there before the tables.

use std::collections::{BTreeMap, BTreeSet};

use super::{Known, called};
use crate::read::exportable::{Exportable, ExportablePart};
use crate::set::graph;
use crate::words::export::LeftOut;

/// How the addresses of schemas begin: the oid of pg_namespace, which is the same everywhere.
const SCHEMA: &str = "2615/";

/// The edges among the objects, by their places in the list.
pub struct Edges {
    /// Those that a file can define, each after all that it stands on.
    pub order: Vec<usize>,
    /// By object: what its statement and its stated parts stand on.
    pub needs: Vec<BTreeSet<usize>>,
    /// By object and part: whether its file can state the part.
    pub stated: Vec<Vec<bool>>,
    /// What has to be there before the table migrations.
    pub early: BTreeSet<usize>,
}

impl Edges {
    /// Looks them up; what stands in a circle is left out.
    pub fn find(known: &Known<'_>, left_out: &mut Vec<LeftOut>) -> Self {
        let objects = &known.objects;
        let index: BTreeMap<_, _> =
            objects.iter().enumerate().map(|(index, object)| (&object.address, index)).collect();
        let among = |needs: &[_], own: usize| -> BTreeSet<usize> {
            needs.iter().filter_map(|need| index.get(need).copied()).filter(|&need| need != own).collect()
        };
        let mut needs: Vec<BTreeSet<usize>> =
            objects.iter().enumerate().map(|(own, object)| among(&object.needs, own)).collect();
        let names: Vec<String> = objects.iter().map(|object| object.identity().to_string()).collect();
        let mut circular = BTreeSet::new();
        let circles = order(&names, &needs).err().unwrap_or_default();
        for circle in circles {
            let members: BTreeSet<usize> = circle.nodes.iter().chain(&circle.entangled).copied().collect();
            let told: Vec<String> = members.iter().map(|&member| called(objects[member])).collect();
            left_out.push(LeftOut {
                of: told.join(" and "),
                reason: "they need each other in a circle, so no order of statements makes them".to_owned(),
                statement: None,
            });
            members.iter().for_each(|&member| needs[member].clear());
            circular.extend(members);
        }
        let mut stated = Vec::new();
        for (own, object) in objects.iter().enumerate() {
            let mut of_object = Vec::new();
            for part in &object.parts {
                let targets = among(&part.needs, own);
                let circle = targets.iter().any(|&target| reaches(&needs, target, own));
                if circle && !circular.contains(&own) {
                    left_out.push(closes_a_circle(object, part));
                } else if !circle {
                    needs[own].extend(targets);
                }
                of_object.push(!circle);
            }
            stated.push(of_object);
        }
        let order = order(&names, &needs).map(|order| order.nodes).unwrap_or_default();
        let order = order.into_iter().filter(|node| !circular.contains(node)).collect();
        let early = early(known, &needs, left_out);
        Edges { order, needs, stated, early }
    }
}

fn order(names: &[String], needs: &[BTreeSet<usize>]) -> Result<graph::Order, Vec<graph::Cycle>> {
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let needs: Vec<Vec<usize>> = needs.iter().map(|needs| needs.iter().copied().collect()).collect();
    let needs: Vec<&[usize]> = needs.iter().map(Vec::as_slice).collect();
    graph::order(&names, &needs)
}

/// Whether one object stands on another, directly or through others.
fn reaches(needs: &[BTreeSet<usize>], from: usize, to: usize) -> bool {
    closure(needs, [from]).contains(&to)
}

fn closure(needs: &[BTreeSet<usize>], from: impl IntoIterator<Item = usize>) -> BTreeSet<usize> {
    let mut all: BTreeSet<usize> = from.into_iter().collect();
    let mut open: Vec<usize> = all.iter().copied().collect();
    while let Some(next) = open.pop() {
        open.extend(needs[next].iter().copied().filter(|&need| all.insert(need)));
    }
    all
}

fn closes_a_circle(object: &Exportable, part: &ExportablePart) -> LeftOut {
    LeftOut {
        of: called(object),
        reason: format!("{} \"{}\" of it reads what stands on it", part.kind, part.name),
        statement: Some(part.text.clone()),
    }
}

/// The routines that defaults, checks and indexes of tables use, and the routines that these stand on. One that stands on
/// what is made with the tables, or on a view, cannot be there before them.
fn early(known: &Known<'_>, needs: &[BTreeSet<usize>], left_out: &mut Vec<LeftOut>) -> BTreeSet<usize> {
    let objects = &known.objects;
    let here: BTreeSet<_> = objects.iter().map(|object| &object.address).collect();
    // What a migration makes: a table's row, a type, an operator; not the schema, which the run makes.
    let late = |object: &Exportable| {
        let foreign = object.needs.iter().filter(|need| !here.contains(need));
        !object.kind.is_routine() || foreign.into_iter().any(|need| !need.starts_with(SCHEMA))
    };
    let mut early = BTreeSet::new();
    for (index, object) in objects.iter().enumerate().filter(|(_, object)| object.early) {
        let all = closure(needs, [index]);
        match all.iter().find(|&&one| late(objects[one])) {
            None => early.extend(all),
            Some(&one) => left_out.push(LeftOut {
                of: called(object),
                reason: match one == index {
                    true => "a table uses it, and it names what is made with the tables: let the table migration create \
                             it too, the file takes it over"
                        .to_owned(),
                    false => format!(
                        "a table uses it, and it stands on {}, which cannot be there before the tables: let the table \
                         migration create both, the files take them over",
                        called(objects[one])
                    ),
                },
                statement: None,
            }),
        }
    }
    early
}
