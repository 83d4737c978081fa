//! Which materialized views are refreshed, and how.

use std::collections::{BTreeMap, BTreeSet};

use crate::read::refreshable::Filled;
use crate::set::project::{Object, Project};
use crate::words::error::{Error, ErrorKind};
use crate::words::name::Name;
use crate::words::nearest::nearest;
use crate::words::object::Kind;
use crate::words::refresh::Refresh;
use crate::words::refreshed::RefreshMode;

/// A materialized view that a boot refreshes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// The object, as an index.
    pub index: usize,
    /// Why.
    pub why: String,
    /// It is filled even where it is not yet. On change it is not: somebody wants it empty for now.
    pub fills: bool,
}

/// The materialized views of a project, in its order, which is that of their dependencies.
pub fn all(project: &Project) -> Vec<usize> {
    materialized(project).map(Object::index).collect()
}

/// The materialized views with these names, in the project's order, each once.
pub fn named(project: &Project, names: &[String]) -> Result<Vec<usize>, Error> {
    let mut wanted = BTreeSet::new();
    for text in names {
        let mut name = Name::displayed(text);
        if name.schema.is_empty() {
            name.schema = project.schema().to_owned();
        }
        let object = project.objects().find(|object| object.kind().is_relation() && object.name() == name);
        match object {
            Some(object) if object.kind() == Kind::MaterializedView => wanted.insert(object.index()),
            Some(object) => {
                let message = format!("\"{name}\" is a {}, which holds no rows to refresh", object.kind());
                return Err(unknown(message, &name)
                    .at(object.place(object.data().statement.start))
                    .object(object.key()));
            }
            None => {
                let error = unknown(format!("the project has no materialized view \"{name}\""), &name);
                let known: Vec<String> =
                    materialized(project).map(|object| object.name().to_string()).collect();
                let near = nearest(&name.to_string(), known.iter().map(String::as_str));
                return Err(match near {
                    Some(near) => error.help(format!("did you mean \"{near}\"?")),
                    None => error,
                });
            }
        };
    }
    Ok(wanted.into_iter().collect())
}

fn unknown(message: String, name: &Name) -> Error {
    Error::new(ErrorKind::Unknown, message).object(name.to_string()).note("nothing was changed")
}

fn materialized(project: &Project) -> impl Iterator<Item = Object<'_>> {
    project.objects().filter(|object| object.kind() == Kind::MaterializedView)
}

/// What a boot refreshes after it. `changed`: the objects, by index, that it made, replaced or rebuilt; `filled`: the
/// materialized views whose rows it made anew; `written`: the tables that its migrations wrote into, by the materialized
/// view that reads them. A view's own directive goes before `default`.
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
    // For each object that is not what it was for those above it: what to say of it.
    let mut news: BTreeMap<usize, String> = BTreeMap::new();
    // The texts of string bodies may lead in a circle, so this goes on until nothing is new.
    loop {
        let known = news.len();
        for object in project.objects() {
            let (index, data) = (object.index(), object.data());
            if news.contains_key(&index) {
                continue;
            }
            let table = written.get(&index).map(|table| format!("a table migration wrote into {table}"));
            let below = data.needs.iter().chain(&data.mentions).find_map(|below| news.get(below)).cloned();
            let below = below.or(table);
            let says = |what: &str| format!("{} {} {what}", object.kind(), object.identity());
            let heard = match object.kind() {
                Kind::MaterializedView if filled.contains(&index) => Some(says("was filled anew")),
                Kind::MaterializedView => {
                    let mode = data.materialized.as_ref().and_then(|own| own.refresh).unwrap_or(default);
                    let (why, fills) = match mode {
                        Refresh::OnBoot => (Some(below.unwrap_or_else(|| "on each boot".to_owned())), true),
                        Refresh::OnChange => (below, false),
                        Refresh::Manual => (None, false),
                    };
                    why.map(|why| {
                        due.insert(index, Due { index, why, fills });
                        says("was refreshed")
                    })
                }
                _ => changed.contains(&index).then(|| says("changed")).or(below),
            };
            if let Some(heard) = heard {
                news.insert(index, heard);
            }
        }
        if news.len() == known {
            return due.into_values().collect();
        }
    }
}

/// How the server can refresh what is there; or why there is nothing to refresh.
pub fn mode(live: Option<&Filled>) -> Result<RefreshMode, String> {
    let Some(live) = live else { return Err("it is not there".to_owned()) };
    if live.kind != "m" {
        return Err("what has its name is no materialized view".to_owned());
    }
    let because = match live {
        Filled { populated: false, .. } => "it is not filled yet".to_owned(),
        Filled { unique: false, unfit, .. } if unfit.is_empty() => {
            "it has no unique index over plain columns and all rows".to_owned()
        }
        Filled { unique: false, unfit, .. } => {
            format!("it has no unique index over plain columns and all rows (not such: {})", unfit.join(", "))
        }
        Filled { temporary: false, owner, .. } => {
            format!("its owner {owner} may not make temporary tables in this database")
        }
        _ => return Ok(RefreshMode::Concurrently),
    };
    Ok(RefreshMode::Exclusively { because })
}

#[cfg(all(test, feature = "build"))]
mod tests {
    use super::*;
    use crate::set::bundle::Materialized;
    use crate::set::collect::{self, Source};
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
        let due: Vec<_> =
            due.iter().map(|due| (project.object(due.index).name().name, due.why.as_str())).collect();
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
    fn what_the_boot_filled_is_due_no_more_but_what_stands_on_it_is() {
        let p = project(&[("a", "t", None), ("m", "a", MATERIALIZED), ("n", "m", MATERIALIZED)]);
        let m = "materialized view public.m was filled anew";
        check(&p, Refresh::OnChange, &["a", "m"], &["m"], &[("n", m)]);
        check(&p, Refresh::OnChange, &["a", "m", "n"], &["m", "n"], &[]);
        check(&p, Refresh::OnBoot, &["m"], &["m"], &[("n", m)]);
        // Only its indexes changed, or it was made empty: its rows are the old ones.
        check(&p, Refresh::OnChange, &["m"], &[], &[]);
    }

    #[test]
    fn rows_that_stay_hide_what_changed_below_them() {
        let p =
            project(&[("a", "t", None), ("m", "a", Some(Some(Refresh::Manual))), ("n", "m", MATERIALIZED)]);
        check(&p, Refresh::OnChange, &["a"], &[], &[]);
        check(&p, Refresh::OnBoot, &["a"], &[], &[("n", "on each boot")]);
    }

    #[test]
    fn the_files_word_goes_before_the_option() {
        let p = project(&[
            ("boot", "t", Some(Some(Refresh::OnBoot))),
            ("change", "v", Some(Some(Refresh::OnChange))),
            ("manual", "v", Some(Some(Refresh::Manual))),
            ("unsaid", "v", MATERIALIZED),
            ("v", "t", None),
        ]);
        let (boot, v) = (("boot", "on each boot"), "view public.v changed");
        check(&p, Refresh::Manual, &["v"], &[], &[boot, ("change", v)]);
        check(&p, Refresh::OnChange, &["v"], &[], &[boot, ("change", v), ("unsaid", v)]);
        check(&p, Refresh::OnBoot, &[], &[], &[boot, ("unsaid", "on each boot")]);
        // Only what is said to be refreshed on each boot is filled where it is empty.
        let v = BTreeSet::from([p.find("public.v").unwrap().index()]);
        let due = due(&p, Refresh::OnBoot, &v, &BTreeSet::new(), &BTreeMap::new());
        let fills =
            |name: &str| due.iter().find(|due| p.object(due.index).name().name == name).unwrap().fills;
        assert!(fills("boot") && fills("unsaid") && !fills("change"));
    }

    #[test]
    fn rows_that_a_migration_wrote_are_news_as_well() {
        let p = project(&[("m", "t", MATERIALIZED), ("n", "m", MATERIALIZED), ("o", "t", MATERIALIZED)]);
        let at = |name: &str| p.find(name).unwrap().index();
        let written: BTreeMap<usize, String> =
            ["public.m", "public.o"].iter().map(|name| (at(name), "t".to_owned())).collect();
        let whys = |default| -> Vec<String> {
            let due = due(&p, default, &BTreeSet::new(), &BTreeSet::from([at("public.o")]), &written);
            due.into_iter().map(|due| due.why).collect()
        };
        let why = ["a table migration wrote into t", "materialized view public.m was refreshed"];
        assert_eq!(whys(Refresh::OnChange), why);
        assert_eq!(whys(Refresh::Manual), [""; 0]);
    }
}
