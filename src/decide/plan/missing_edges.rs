//! Whether the order in which we worked agrees with what the server says stands on what.

use crate::set::project::Project;

/// A warning for each object that stands on another one of the project without its text naming it, directly or through
/// others: the next time the two could come in the wrong order.
pub fn missing_edges(project: &Project, edges: &[(String, String)]) -> Vec<String> {
    let missing = edges.iter().filter_map(|(from, to)| {
        let (from, to) = (project.find(from)?, project.find(to)?);
        let known = stands_on(project, from.index(), to.index());
        (!known).then(|| {
            format!(
                "{} {} stands on {} {}, which its file does not name: write -- viewkeeper: depends-on {} before it",
                from.kind(),
                from.identity(),
                to.kind(),
                to.identity(),
                to.identity()
            )
        })
    });
    missing.collect()
}

/// Whether one object stands on another, directly or through others, as the files say.
pub fn stands_on(project: &Project, from: usize, to: usize) -> bool {
    let direct = project.object(from).data();
    let direct = direct.needs.iter().chain(&direct.mentions).copied();
    project.closure(direct, |data| data.needs.iter().chain(&data.mentions)).contains(&to)
}
