//! The dependency graph: order, tiers, cycles, and what stands on what. The only module that knows petgraph.
// The build side orders, the run side asks what stands on what; each leaves the other's half unused.
#![cfg_attr(not(all(feature = "build", feature = "run")), allow(dead_code))]

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap, VecDeque};

use petgraph::algo::tarjan_scc;
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::Dfs;

/// Nodes in an order in which each comes after all that it needs.
#[derive(Debug, PartialEq, Eq)]
pub struct Order {
    /// The nodes. Among those that are ready, the one with the smallest name comes first, so the order depends on names
    /// and edges only, never on how the nodes were listed.
    pub nodes: Vec<usize>,
    /// By node: 1 where nothing is before it; else one more than the highest that is.
    pub tiers: Vec<usize>,
    /// By node: the wishes that were kept, sorted.
    pub wishes: Vec<Vec<usize>>,
}

/// Nodes that need each other in a circle: each needs the next one, and the last one needs the first.
#[derive(Debug, PartialEq, Eq)]
pub struct Cycle {
    /// The members of a shortest circle, beginning with the smallest name.
    pub nodes: Vec<usize>,
    /// Other nodes that are in circles with these.
    pub entangled: Vec<usize>,
}

/// Puts nodes in order. `needs[n]` are the nodes that `n` needs; a node that needs itself is a cycle of one.
///
/// # Errors
///
/// One cycle for each knot of nodes that need each other, by the name of their first member.
pub fn order(names: &[&str], needs: &[&[usize]]) -> Result<Order, Vec<Cycle>> {
    order_with_wishes(names, needs, &vec![&[][..]; needs.len()])
}

/// Puts nodes in order, where `wishes[n]` are those that `n` would like to come after: they order like needs, but all
/// wishes within a knot are given up.
///
/// # Errors
///
/// One cycle for each knot of nodes that need each other, by the name of their first member.
pub fn order_with_wishes(
    names: &[&str],
    needs: &[&[usize]],
    wishes: &[&[usize]],
) -> Result<Order, Vec<Cycle>> {
    let cycles = cycles(names, needs);
    if !cycles.is_empty() {
        return Err(cycles);
    }
    let wishes = kept(needs, wishes);
    let before: Vec<Vec<usize>> = needs
        .iter()
        .zip(&wishes)
        .map(|(needs, wishes)| {
            needs.iter().chain(wishes).copied().collect::<BTreeSet<_>>().into_iter().collect()
        })
        .collect();
    let before: Vec<&[usize]> = before.iter().map(Vec::as_slice).collect();
    let users = users(&before);
    let mut missing: Vec<usize> = before.iter().map(|before| before.len()).collect();
    let mut ready: BinaryHeap<Reverse<(&str, usize)>> = (0..names.len())
        .filter(|&node| missing[node] == 0)
        .map(|node| Reverse((names[node], node)))
        .collect();
    let mut order = Order { nodes: Vec::with_capacity(names.len()), tiers: vec![1; names.len()], wishes };
    while let Some(Reverse((_, node))) = ready.pop() {
        order.nodes.push(node);
        for user in users.neighbors(NodeIndex::new(node)).map(NodeIndex::index) {
            order.tiers[user] = order.tiers[user].max(order.tiers[node] + 1);
            missing[user] -= 1;
            if missing[user] == 0 {
                ready.push(Reverse((names[user], user)));
            }
        }
    }
    Ok(order)
}

/// By node: the number of its knot. Two nodes have the same one when each needs the other, directly or through others.
pub fn knots(needs: &[&[usize]]) -> Vec<usize> {
    let mut knots = vec![0; needs.len()];
    for (number, knot) in tarjan_scc(&users(needs)).into_iter().enumerate() {
        for node in knot {
            knots[node.index()] = number;
        }
    }
    knots
}

/// The wishes that no knot of needs and wishes holds, sorted.
fn kept(needs: &[&[usize]], wishes: &[&[usize]]) -> Vec<Vec<usize>> {
    let both: Vec<Vec<usize>> =
        needs.iter().zip(wishes).map(|(needs, wishes)| [*needs, *wishes].concat()).collect();
    let both: Vec<&[usize]> = both.iter().map(Vec::as_slice).collect();
    let knots = knots(&both);
    let kept = wishes.iter().enumerate().map(|(node, wishes)| {
        let apart = wishes.iter().copied().filter(|&wish| knots[wish] != knots[node]);
        apart.collect::<BTreeSet<_>>().into_iter().collect()
    });
    kept.collect()
}

/// Every node that needs one of these, directly or through others. A node of `of` is among them only when it needs
/// another one of `of`.
#[cfg_attr(
    not(feature = "run"),
    allow(dead_code, reason = "asked only when a database is there to be changed")
)]
pub fn dependents(needs: &[&[usize]], of: &BTreeSet<usize>) -> BTreeSet<usize> {
    let users = users(needs);
    let mut found = BTreeSet::new();
    let mut search = Dfs::empty(&users);
    for user in of.iter().flat_map(|&node| users.neighbors(NodeIndex::new(node))) {
        search.move_to(user);
        while let Some(user) = search.next(&users) {
            found.insert(user.index());
        }
    }
    found
}

/// The edges turned round: from each node to those that need it.
fn users(needs: &[&[usize]]) -> DiGraph<(), ()> {
    let mut graph = DiGraph::new();
    for _ in needs {
        graph.add_node(());
    }
    for (user, needs) in needs.iter().enumerate() {
        for &needed in *needs {
            graph.update_edge(NodeIndex::new(needed), NodeIndex::new(user), ());
        }
    }
    graph
}

fn cycles(names: &[&str], needs: &[&[usize]]) -> Vec<Cycle> {
    let mut cycles: Vec<Cycle> = tarjan_scc(&users(needs))
        .into_iter()
        .map(|knot| knot.into_iter().map(NodeIndex::index).collect::<Vec<_>>())
        .filter(|knot| knot.len() > 1 || needs[knot[0]].contains(&knot[0]))
        .map(|mut knot| {
            knot.sort_by_key(|&node| names[node]);
            let nodes = shortest_circle(names, needs, &knot);
            let entangled = knot.into_iter().filter(|node| !nodes.contains(node)).collect();
            Cycle { nodes, entangled }
        })
        .collect();
    cycles.sort_by_key(|cycle| names[cycle.nodes[0]]);
    cycles
}

/// The shortest way from the knot's first node back to itself.
fn shortest_circle(names: &[&str], needs: &[&[usize]], knot: &[usize]) -> Vec<usize> {
    let first = knot[0];
    let mut reached_from = vec![None; needs.len()];
    let mut queue = VecDeque::from([first]);
    while let Some(node) = queue.pop_front() {
        let mut next: Vec<usize> = needs[node].to_vec();
        next.sort_by_key(|&node| names[node]);
        for needed in next {
            if needed == first {
                let mut circle = vec![node];
                while let Some(before) = circle.last().and_then(|&node| reached_from[node]) {
                    circle.push(before);
                }
                circle.reverse();
                return circle;
            }
            if reached_from[needed].is_none() {
                reached_from[needed] = Some(node);
                queue.push_back(needed);
            }
        }
    }
    unreachable!("every node of a knot is on a way back to itself")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wishes_order_like_needs_and_are_given_up_where_they_close_a_circle() {
        // c would like b, which needs a; a would like c, and d would like a.
        let needs: [&[usize]; 4] = [&[], &[0], &[], &[]];
        let order = order_with_wishes(&["a", "b", "c", "d"], &needs, &[&[2], &[], &[1], &[0]]).unwrap();
        assert_eq!(order.wishes, [vec![], vec![], vec![], vec![0]]);
        assert_eq!(order.nodes, [0, 1, 2, 3]);
        assert_eq!(order.tiers, [1, 2, 1, 2]);

        let order = order_with_wishes(&["a", "b"], &[&[], &[]], &[&[1], &[]]).unwrap();
        assert_eq!((order.nodes, order.wishes), (vec![1, 0], vec![vec![1], vec![]]));
    }

    #[test]
    fn among_the_ready_ones_the_smallest_name_comes_first() {
        let order = order(&["c", "b", "a", "d"], &[&[], &[], &[0], &[0, 1, 0]]).unwrap();
        assert_eq!(order.nodes, [1, 0, 2, 3]);
        assert_eq!(order.tiers, [1, 1, 2, 2]);
    }

    #[test]
    fn a_tier_is_one_more_than_the_highest_below() {
        let order = order(&["a", "b", "c", "d"], &[&[], &[0], &[1], &[0, 2]]).unwrap();
        assert_eq!(order.tiers, [1, 2, 3, 4]);
    }

    #[test]
    fn a_cycle_begins_with_the_smallest_name_and_follows_the_edges() {
        let cycles = order(&["c", "b", "a", "z"], &[&[1], &[2], &[0], &[0]]).unwrap_err();
        assert_eq!(cycles, [Cycle { nodes: vec![2, 0, 1], entangled: vec![] }]);
    }

    #[test]
    fn a_node_that_needs_itself_is_a_cycle_of_one() {
        let cycles = order(&["a", "b"], &[&[], &[1, 0]]).unwrap_err();
        assert_eq!(cycles, [Cycle { nodes: vec![1], entangled: vec![] }]);
    }

    #[test]
    fn of_a_knot_the_shortest_circle_is_shown_and_the_others_are_named() {
        let cycles = order(&["a", "b", "c"], &[&[1, 2], &[0], &[1]]).unwrap_err();
        assert_eq!(cycles, [Cycle { nodes: vec![0, 1], entangled: vec![2] }]);
    }

    #[test]
    fn every_knot_is_reported() {
        let cycles = order(&["d", "c", "b", "a"], &[&[1], &[0], &[3], &[2]]).unwrap_err();
        assert_eq!(
            cycles.iter().map(|cycle| cycle.nodes.clone()).collect::<Vec<_>>(),
            [vec![3, 2], vec![1, 0]]
        );
    }

    #[test]
    fn dependents_are_direct_and_indirect_ones() {
        let needs: [&[usize]; 5] = [&[], &[0], &[1], &[], &[3]];
        assert_eq!(dependents(&needs, &BTreeSet::from([0])), BTreeSet::from([1, 2]));
        assert_eq!(dependents(&needs, &BTreeSet::from([1, 2])), BTreeSet::from([2]));
        assert_eq!(dependents(&needs, &BTreeSet::new()), BTreeSet::new());
    }
}
