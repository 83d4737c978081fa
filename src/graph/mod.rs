//! The dependency graph as people look at it: a value, and the pictures that are made of it.

mod below;
mod dot;
#[cfg(feature = "cli")]
mod drawing;
#[cfg(feature = "cli")]
mod ink;
#[cfg(feature = "cli")]
mod layout;
mod mermaid;
#[cfg(feature = "cli")]
mod page;
#[cfg(feature = "cli")]
mod svg;
mod text;

use std::collections::{BTreeSet, HashMap};

use serde::{Serialize, Serializer};

use crate::set::project::{Object, Project};
use crate::words::check::{Check, State};
use crate::words::error::{Error, ErrorKind};
use crate::words::identity::Identity;
use crate::words::name::{Name, identifier};
use crate::words::nearest::nearest;
use crate::words::serialized::{display, words};

/// The objects of a project, and which stands on which. It prints itself tier by tier, and serialises.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Graph {
    /// The project's name.
    pub project: String,
    /// The schema of unqualified names.
    pub schema: String,
    /// True when the nodes say how a database differs.
    pub checked: bool,
    /// In an order in which they can be created.
    pub nodes: Vec<Node>,
    /// By user, then by what it needs.
    pub edges: Vec<Edge>,
}

/// An object in a graph.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Node {
    /// What tells it from every other one.
    #[serde(serialize_with = "display")]
    pub object: Identity,
    /// `view`, `function`; below the objects of the project also `table`, `foreign table`.
    pub kind: String,
    /// 1 for an object that stands on no other one of the project, and 0 for what is not the project's.
    pub tier: usize,
    /// The file that defines it.
    pub file: Option<String>,
    /// The line of the definition in the file.
    pub line: Option<usize>,
    /// The definition as written, with the statements that belong to it.
    pub definition: Option<String>,
    /// How it is in the database, where one was asked.
    pub state: Option<NodeState>,
    /// Why we say so.
    pub reason: Option<String>,
}

/// How an object of a graph is in the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum NodeState {
    /// As its file says.
    InSync,
    /// It is not there.
    Missing,
    /// The file is newer.
    Outdated,
    /// A person changed it.
    Altered,
    /// Its file is gone.
    Extra,
    /// This session cannot find out.
    NotComparable,
}

words!(
    NodeState:
    InSync => "in-sync", Missing => "missing", Outdated => "outdated", Altered => "altered",
    Extra => "extra", NotComparable => "not-comparable"
);

/// That one object stands on another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Edge {
    /// The one that stands on the other, as an index into the nodes.
    pub user: usize,
    /// The other one.
    pub needed: usize,
    /// How we know.
    pub strength: Strength,
}

/// How firmly one object stands on another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Strength {
    /// PostgreSQL looks it up when the object is created.
    Needs,
    /// A body in quotes names it.
    Mentions,
}

words!(Strength: Needs => "needs", Mentions => "mentions");

/// In which direction to follow the edges from the named objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Follow {
    /// What they stand on.
    Up,
    /// What stands on them.
    Down,
    /// Both.
    #[default]
    Both,
}

impl Project {
    /// The objects of the project, and which stands on which.
    pub fn graph(&self) -> Graph {
        let nodes = self.objects().map(node).collect();
        let edges = self.objects().flat_map(|object| {
            let data = object.data();
            let edge = move |strength| move |&needed: &usize| Edge { user: object.index(), needed, strength };
            data.needs
                .iter()
                .map(edge(Strength::Needs))
                .chain(data.mentions.iter().map(edge(Strength::Mentions)))
        });
        let mut edges: Vec<Edge> = edges.collect();
        edges.sort();
        Graph {
            project: self.name().to_owned(),
            schema: self.schema().to_owned(),
            checked: false,
            nodes,
            edges,
        }
    }
}

fn node(object: Object<'_>) -> Node {
    let location = object.place(object.data().statement.start).location;
    Node {
        object: object.identity(),
        kind: object.kind().keyword().to_owned(),
        tier: object.tier(),
        file: Some(location.file),
        line: Some(location.line),
        definition: Some(object.whole_text().trim_end().to_owned()),
        state: None,
        reason: None,
    }
}

impl Graph {
    /// The same graph, where each object says how it is in the database that was checked. One whose file is gone
    /// comes in as a node without edges.
    #[must_use]
    pub fn with_check(mut self, check: &Check) -> Self {
        self.checked = true;
        for node in &mut self.nodes {
            node.state = Some(NodeState::InSync);
        }
        let mut places: HashMap<String, usize> =
            self.nodes.iter().enumerate().map(|(place, node)| (node.object.to_string(), place)).collect();
        for finding in &check.findings {
            let place = *places.entry(finding.object.to_string()).or_insert_with(|| {
                self.nodes.push(Node {
                    object: finding.object.clone(),
                    kind: finding.kind.keyword().to_owned(),
                    tier: 1,
                    file: None,
                    line: None,
                    definition: None,
                    state: None,
                    reason: None,
                });
                self.nodes.len() - 1
            });
            self.nodes[place].state = Some(finding.state.into());
            self.nodes[place].reason = Some(finding.reason.clone());
        }
        self
    }

    /// Only the objects with these names, and what they stand on or what stands on them, directly or through others. A
    /// name without a schema is in the project's; a routine may be named without its arguments, a trigger without its table.
    ///
    /// # Errors
    ///
    /// A name is of no object of the graph.
    pub fn only<N: AsRef<str>>(
        &self,
        names: impl IntoIterator<Item = N>,
        follow: Follow,
    ) -> Result<Graph, Error> {
        let mut roots = BTreeSet::new();
        for name in names {
            let found = self.named(name.as_ref());
            if found.is_empty() {
                return Err(self.unknown(name.as_ref()));
            }
            roots.extend(found);
        }
        let mut kept = roots.clone();
        if follow != Follow::Down {
            kept.extend(self.reached(&roots, |edge| (edge.user, edge.needed)));
        }
        if follow != Follow::Up {
            kept.extend(self.reached(&roots, |edge| (edge.needed, edge.user)));
        }
        let place: HashMap<usize, usize> = kept.iter().enumerate().map(|(new, &old)| (old, new)).collect();
        let edges = self.edges.iter().filter_map(|edge| {
            Some(Edge { user: *place.get(&edge.user)?, needed: *place.get(&edge.needed)?, ..*edge })
        });
        Ok(Graph {
            nodes: kept.iter().map(|&old| self.nodes[old].clone()).collect(),
            edges: edges.collect(),
            project: self.project.clone(),
            schema: self.schema.clone(),
            checked: self.checked,
        })
    }

    /// The nodes that a name means.
    fn named(&self, name: &str) -> Vec<usize> {
        let wanted = Name::displayed(name);
        let means = |node: &Node| {
            let own = node.object.schema == self.schema;
            node.object.to_string() == name
                || own && self.label(node) == name
                || node.object.name == wanted.name
                    && (node.object.schema == wanted.schema || own && wanted.schema.is_empty())
        };
        self.nodes.iter().enumerate().filter(|(_, node)| means(node)).map(|(place, _)| place).collect()
    }

    fn unknown(&self, name: &str) -> Error {
        let message = format!("no object of project \"{}\" is called \"{name}\"", self.project);
        let error = Error::new(ErrorKind::Unknown, message);
        let known = self.nodes.iter().flat_map(|node| [node.object.name.clone(), self.label(node)]);
        match nearest(name, known.collect::<BTreeSet<_>>().iter().map(String::as_str)) {
            Some(near) => error.help(format!("did you mean \"{near}\"?")),
            None => error,
        }
    }

    /// What is reached from some nodes by steps along the edges.
    fn reached(&self, from: &BTreeSet<usize>, step: impl Fn(&Edge) -> (usize, usize)) -> BTreeSet<usize> {
        let mut next: HashMap<usize, Vec<usize>> = HashMap::new();
        for (from, to) in self.edges.iter().map(step) {
            next.entry(from).or_default().push(to);
        }
        let mut reached = BTreeSet::new();
        let mut open: Vec<usize> = from.iter().copied().collect();
        while let Some(node) = open.pop() {
            let steps = next.get(&node).into_iter().flatten().copied();
            open.extend(steps.filter(|&to| reached.insert(to)));
        }
        reached
    }

    /// The edges of a node to what it stands on.
    fn below(&self, node: usize) -> impl Iterator<Item = &Edge> {
        let start = self.edges.partition_point(|edge| edge.user < node);
        self.edges[start..].iter().take_while(move |edge| edge.user == node)
    }

    /// How a node is called where there is little room: without the project's own schema.
    fn label(&self, node: &Node) -> String {
        let whole = node.object.to_string();
        if node.object.schema != self.schema {
            return whole;
        }
        let name = identifier(&node.object.name);
        match (&node.object.arguments, &node.object.table) {
            (Some(arguments), _) => format!("{name}({arguments})"),
            (None, Some(table)) => format!("{name} on {}", identifier(table)),
            (None, None) => name,
        }
    }
}

impl NodeState {
    /// Every state, in the order in which they are listed.
    #[cfg(feature = "cli")]
    const ALL: [NodeState; 6] = [
        NodeState::InSync,
        NodeState::Missing,
        NodeState::Outdated,
        NodeState::Altered,
        NodeState::Extra,
        NodeState::NotComparable,
    ];

    /// As it is shown: `in sync`.
    pub fn words(self) -> &'static str {
        match self {
            NodeState::InSync => "in sync",
            NodeState::NotComparable => "not comparable",
            state => state.word(),
        }
    }
}

impl From<State> for NodeState {
    fn from(state: State) -> Self {
        match state {
            State::Missing => NodeState::Missing,
            State::Outdated => NodeState::Outdated,
            State::Altered => NodeState::Altered,
            State::Extra => NodeState::Extra,
            State::NotComparable => NodeState::NotComparable,
        }
    }
}

/// The nodes as they are; the edges by the names of their ends, so that each line can be read by itself.
impl Serialize for Graph {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Written<'g> {
            project: &'g str,
            schema: &'g str,
            checked: bool,
            nodes: &'g [Node],
            edges: Vec<WrittenEdge>,
        }
        #[derive(Serialize)]
        struct WrittenEdge {
            user: String,
            needed: String,
            strength: Strength,
        }
        let edges = self.edges.iter().map(|edge| WrittenEdge {
            user: self.nodes[edge.user].object.to_string(),
            needed: self.nodes[edge.needed].object.to_string(),
            strength: edge.strength,
        });
        let Graph { project, schema, checked, nodes, .. } = self;
        Written { project, schema, checked: *checked, nodes, edges: edges.collect() }.serialize(serializer)
    }
}
