//! Which materialized views a run makes stale, and what becomes of them when it is committed.

use std::collections::{BTreeMap, BTreeSet};

use crate::decide::plan::missing_edges::stands_on;
use crate::decide::plan::value::Action;
use crate::set::project::{Object, Project};
use crate::words::object::Kind;
use crate::words::refresh::Refresh;
use crate::words::verb::Verb;

/// A materialized view whose rows are old after a run, or that it refreshes for another reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// The object, as an index.
    pub index: usize,
    /// Why.
    pub why: String,
    /// The materialized views whose refresh is all that makes it due: where their rows stay, so do its own.
    pub from: BTreeSet<usize>,
    /// What is done: with `Manual` nothing; with `OnRun` it is filled even where it is not yet; with `OnChange` it is not:
    /// somebody wants it empty for now.
    pub mode: Refresh,
}

/// That an object is not what it was for those above it.
#[derive(Clone)]
struct News {
    why: String,
    /// The materialized views that will be refreshed and are all that it is about; none where something happened already.
    from: BTreeSet<usize>,
}

/// What a run refreshes after it, in the project's order. `changed`: the objects, by index, that it made, replaced or
/// rebuilt; `filled`: the materialized views whose rows it made anew; `written`: the tables that its migrations wrote into, by
/// the materialized view that reads them. A view's own directive goes before `default`.
///
/// What comes from below through a materialized view comes with its rows: where those stay as they were, so does what
/// stands on it.
pub fn due(
    project: &Project,
    default: Refresh,
    changed: &BTreeSet<usize>,
    filled: &BTreeSet<usize>,
    written: &BTreeMap<usize, String>,
) -> Vec<Due> {
    let mut due: BTreeMap<usize, Due> = BTreeMap::new();
    let mut news: BTreeMap<usize, News> = BTreeMap::new();
    // The texts of string bodies may lead in a circle, so this goes on until nothing is new.
    loop {
        let known = news.len();
        for object in project.objects() {
            let (index, data) = (object.index(), object.data());
            if news.contains_key(&index) {
                continue;
            }
            let wrote =
                written.get(&index).map(|table| happened(format!("a table migration wrote into {table}")));
            let mode = data.materialized.as_ref().and_then(|own| own.refresh).unwrap_or(default);
            let below = || data.needs.iter().chain(&data.mentions).filter_map(|below| news.get(below));
            // The rows of one that was filled do not know what of those below it is refreshed after that.
            let later = added_up(below().filter(|news| !news.from.is_empty()));
            let below = wrote.or_else(|| added_up(below()));
            let heard = match object.kind() {
                Kind::MaterializedView if filled.contains(&index) => {
                    if let Some(News { why, from }) = later {
                        due.insert(index, Due { index, why, from, mode });
                    }
                    Some(happened(says(object, "was filled anew")))
                }
                Kind::MaterializedView => {
                    let each = || happened("on each run".to_owned());
                    let why = match mode {
                        Refresh::OnRun => Some(News { from: BTreeSet::new(), ..below.unwrap_or_else(each) }),
                        Refresh::OnChange | Refresh::Manual => below,
                    };
                    why.and_then(|News { why, from }| {
                        due.insert(index, Due { index, why, from, mode });
                        // The rows of one that is not refreshed stay, and so do those above it.
                        let refreshed = News { why: refreshed(object), from: BTreeSet::from([index]) };
                        (mode != Refresh::Manual).then_some(refreshed)
                    })
                }
                _ if changed.contains(&index) => Some(happened(says(object, "changed"))),
                _ => below,
            };
            news.extend(heard.map(|heard| (index, heard)));
        }
        if news.len() == known {
            return due.into_values().collect();
        }
    }
}

/// The materialized views that were filled before the switch and have read what is another thing since: an object that was
/// replaced in place only then, or what a body in quotes named, which found the old one of an object that was made beside it.
pub fn behind(project: &Project, actions: &[Action]) -> BTreeSet<usize> {
    let all = || actions.iter().filter_map(|action| Some((action.index?, action)));
    let early = |action: &Action| !action.builds.is_empty();
    let replaced = |action: &Action| action.verb == Verb::Replace && !early(action);
    let moved = |action: &Action| action.verb == Verb::Rebuild && action.kind.is_relation();
    let of = |which: &dyn Fn(&Action) -> bool| -> Vec<usize> {
        all().filter(|(_, action)| which(action)).map(|(index, _)| index).collect()
    };
    let (replaced, moved) = (of(&replaced), of(&moved));
    let names_old = |routine: Object<'_>| {
        let mut named = routine.data().mentions.iter();
        named.any(|&named| moved.iter().any(|&moved| named == moved || stands_on(project, named, moved)))
    };
    let by_name: Vec<usize> = match moved.is_empty() {
        true => Vec::new(),
        false => project.objects().filter(|object| names_old(*object)).map(|object| object.index()).collect(),
    };
    all()
        .filter(|(_, action)| action.kind == Kind::MaterializedView && early(action))
        .map(|(index, _)| index)
        .filter(|&index| replaced.iter().chain(&by_name).any(|&below| stands_on(project, index, below)))
        .collect()
}

fn happened(why: String) -> News {
    News { why, from: BTreeSet::new() }
}

fn says(object: Object<'_>, what: &str) -> String {
    format!("{} {} {what}", object.kind(), object.identity())
}

/// What a refreshed view is for those above it.
pub fn refreshed(object: Object<'_>) -> String {
    says(object, "was refreshed")
}

/// The materialized views that stand on an object, directly or through objects that hold no rows.
pub fn above(project: &Project, index: usize) -> BTreeSet<usize> {
    let (mut above, mut reached) = (BTreeSet::new(), BTreeSet::from([index]));
    loop {
        let known = reached.len() + above.len();
        for object in project.objects() {
            let data = object.data();
            if data.needs.iter().chain(&data.mentions).any(|below| reached.contains(below)) {
                match object.kind() {
                    Kind::MaterializedView => above.insert(object.index()),
                    _ => reached.insert(object.index()),
                };
            }
        }
        if reached.len() + above.len() == known {
            above.remove(&index);
            return above;
        }
    }
}

/// What happened goes before what will, because that may fail.
fn added_up<'n>(news: impl Iterator<Item = &'n News>) -> Option<News> {
    news.fold(None, |sum: Option<News>, news| match sum {
        None => Some(news.clone()),
        Some(sum) if sum.from.is_empty() => Some(sum),
        Some(_) if news.from.is_empty() => Some(news.clone()),
        Some(sum) => Some(News { from: sum.from.union(&news.from).copied().collect(), ..sum }),
    })
}

#[cfg(all(test, feature = "build"))]
mod tests {
    use super::*;
    use crate::set::bundle::Materialized;
    use crate::set::collect;
    use crate::set::collect::Source;
    use crate::words::span::Span;

    /// A project of views, each given by its name, what it reads and, for a materialized one, its directive.
    fn project(views: &[(&str, &str, Option<Option<Refresh>>)]) -> Project {
        let source = |(name, reads, _): &(&str, &str, Option<Option<Refresh>>)| Source {
            path: format!("views/{name}.sql"),
            text: format!("create view {name} as select 1 as one from {reads};\n"),
        };
        let tables =
            Source { path: "migrations/V1__t.sql".into(), text: "create table t (id int);\n".into() };
        let sources: Vec<Source> = views.iter().map(source).chain([tables]).collect();
        let mut bundle = collect::bundle(&sources, "sql", "p").unwrap();
        for object in &mut bundle.manifest.objects {
            let (_, _, refresh) = views.iter().find(|(name, ..)| *name == object.name).unwrap();
            if let Some(refresh) = *refresh {
                let query = Span { start: 0, end: 0 };
                object.kind = Kind::MaterializedView;
                object.materialized = Some(Materialized {
                    columns: None,
                    query,
                    method: None,
                    tablespace: None,
                    refresh,
                    with_no_data: false,
                });
            }
        }
        Project::new(bundle, 1)
    }

    /// The views that are due when these changed and these were filled, each with the reason.
    fn check(
        project: &Project,
        default: Refresh,
        changed: &[&str],
        filled: &[&str],
        expected: &[(&str, &str)],
    ) {
        let indexes = |names: &[&str]| {
            let named = |name: &&str| project.find(&format!("public.{name}")).unwrap().index();
            names.iter().map(named).collect::<BTreeSet<_>>()
        };
        let due = due(project, default, &indexes(changed), &indexes(filled), &BTreeMap::new());
        let refreshed = due.iter().filter(|due| due.mode != Refresh::Manual);
        let due: Vec<_> =
            refreshed.map(|due| (project.object(due.index).name().name, due.why.as_str())).collect();
        let expected: Vec<_> = expected.iter().map(|(name, why)| ((*name).to_owned(), *why)).collect();
        assert_eq!(due, expected);
    }

    /// A materialized view without a directive.
    const MATERIALIZED: Option<Option<Refresh>> = Some(None);

    #[test]
    fn a_change_reaches_what_stands_on_it_through_views_and_refreshed_ones() {
        let p = project(&[
            ("a", "t", None),
            ("b", "a", None),
            ("m", "b", MATERIALIZED),
            ("n", "m", None),
            ("o", "n", MATERIALIZED),
            ("other", "t", MATERIALIZED),
        ]);
        let (a, m) = ("view public.a changed", "materialized view public.m was refreshed");
        check(&p, Refresh::OnChange, &["a"], &[], &[("m", a), ("o", m)]);
        check(&p, Refresh::OnChange, &["n"], &[], &[("o", "view public.n changed")]);
        check(&p, Refresh::OnChange, &[], &[], &[]);
    }

    #[test]
    fn what_the_run_filled_is_due_no_more_but_what_stands_on_it_is() {
        let p = project(&[("a", "t", None), ("m", "a", MATERIALIZED), ("n", "m", MATERIALIZED)]);
        let m = "materialized view public.m was filled anew";
        check(&p, Refresh::OnChange, &["a", "m"], &["m"], &[("n", m)]);
        check(&p, Refresh::OnChange, &["a", "m", "n"], &["m", "n"], &[]);
        // It was filled with the rows that the one below loses after that.
        let (a, again) = ("view public.a changed", "materialized view public.m was refreshed");
        check(&p, Refresh::OnChange, &["a", "n"], &["n"], &[("m", a), ("n", again)]);
        check(&p, Refresh::OnRun, &["m"], &["m"], &[("n", m)]);
        // Only its indexes changed, or it was made empty: its rows are the old ones.
        check(&p, Refresh::OnChange, &["m"], &[], &[]);
    }

    #[test]
    fn rows_that_stay_hide_what_changed_below_them() {
        let p =
            project(&[("a", "t", None), ("m", "a", Some(Some(Refresh::Manual))), ("n", "m", MATERIALIZED)]);
        check(&p, Refresh::OnChange, &["a"], &[], &[]);
        check(&p, Refresh::OnRun, &["a"], &[], &[("n", "on each run")]);
    }

    #[test]
    fn the_files_word_goes_before_the_option() {
        let p = project(&[
            ("run", "t", Some(Some(Refresh::OnRun))),
            ("change", "v", Some(Some(Refresh::OnChange))),
            ("manual", "v", Some(Some(Refresh::Manual))),
            ("unsaid", "v", MATERIALIZED),
            ("v", "t", None),
        ]);
        let (run, v) = (("run", "on each run"), "view public.v changed");
        check(&p, Refresh::Manual, &["v"], &[], &[run, ("change", v)]);
        check(&p, Refresh::OnChange, &["v"], &[], &[run, ("change", v), ("unsaid", v)]);
        check(&p, Refresh::OnRun, &[], &[], &[run, ("unsaid", "on each run")]);
        // Only what is said to be refreshed on each run is filled where it is empty.
        let v = BTreeSet::from([p.find("public.v").unwrap().index()]);
        let due = due(&p, Refresh::OnRun, &v, &BTreeSet::new(), &BTreeMap::new());
        let mode = |name: &str| due.iter().find(|due| p.object(due.index).name().name == name).unwrap().mode;
        assert_eq!(
            ["run", "unsaid", "change"].map(mode),
            [Refresh::OnRun, Refresh::OnRun, Refresh::OnChange]
        );
        assert_eq!(mode("manual"), Refresh::Manual, "its rows are old, and that is all");
    }

    #[test]
    fn rows_that_a_migration_wrote_are_news_as_well() {
        let p = project(&[("m", "t", MATERIALIZED), ("n", "m", MATERIALIZED), ("o", "t", MATERIALIZED)]);
        let at = |name: &str| p.find(name).unwrap().index();
        let written: BTreeMap<usize, String> =
            ["public.m", "public.o"].iter().map(|name| (at(name), "t".to_owned())).collect();
        let whys = |default| -> Vec<String> {
            let due = due(&p, default, &BTreeSet::new(), &BTreeSet::from([at("public.o")]), &written);
            due.into_iter().filter(|due| due.mode != Refresh::Manual).map(|due| due.why).collect()
        };
        let why = ["a table migration wrote into t", "materialized view public.m was refreshed"];
        assert_eq!(whys(Refresh::OnChange), why);
        assert_eq!(whys(Refresh::Manual), [""; 0]);
    }

    #[test]
    fn what_is_due_for_the_refresh_of_others_alone_knows_them() {
        let p = project(&[
            ("a", "t", None),
            ("m", "t", MATERIALIZED),
            ("n", "t", MATERIALIZED),
            ("two", "m, n", MATERIALIZED),
            ("more", "m, a", MATERIALIZED),
        ]);
        let at = |name: &str| p.find(&format!("public.{name}")).unwrap().index();
        let written = ["m", "n"].map(|name| (at(name), "t".to_owned())).into();
        let due = due(&p, Refresh::OnChange, &[at("a")].into(), &BTreeSet::new(), &written);
        let from = |name: &str| due.iter().find(|due| due.index == at(name)).unwrap().from.clone();
        assert_eq!(from("two"), [at("m"), at("n")].into());
        assert_eq!(from("more"), BTreeSet::new(), "a changed, whatever becomes of m");
        assert_eq!(from("m"), BTreeSet::new());
    }

    #[test]
    fn above_a_view_are_those_that_read_its_rows() {
        let p = project(&[
            ("m", "t", MATERIALIZED),
            ("v", "m", None),
            ("w", "v", None),
            ("n", "w", MATERIALIZED),
            ("o", "n", MATERIALIZED),
        ]);
        let at = |name: &str| p.find(&format!("public.{name}")).unwrap().index();
        assert_eq!(above(&p, at("m")), [at("n")].into());
        assert_eq!(above(&p, at("n")), [at("o")].into());
        assert_eq!(above(&p, at("o")), BTreeSet::new());
    }
}
