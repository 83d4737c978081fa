//! What the ledger remembers: every text, who recorded it and when, and forgetting.

use viewkeeper::ErrorKind;
use viewkeeper::history::{Change, History};

use crate::support::cli::{Cli, steady};
use crate::support::folder::Folder;
use crate::support::{Case, Files, project};

fn first() -> Files {
    project("app")
        .file("viewkeeper.toml", "name = \"app\"\n")
        .file("migrations/V1__t.sql", "create table t (id int primary key, name text);\n")
        .file("views/a.sql", "-- the ids\ncreate view a as\nselect id\n  from t;\n")
        .file("views/b.sql", "create view b as select id from a;\n")
}

fn second() -> Files {
    first()
        .file("views/a.sql", "-- the ids and names\ncreate view a as\nselect id, name\n  from t;\n")
        .without("views/b.sql")
}

fn third() -> Files {
    second()
        .file(
            "views/a.sql",
            "-- viewkeeper: renamed-from a\ncreate view people as\nselect id, name\n  from t;\n",
        )
        .file("views/c.sql", "create view c as select 1 as one;\n")
}

fn of(case: &mut Case, object: Option<&str>) -> History {
    project("app").migrator().history(&mut case.client, object).unwrap_or_else(|error| panic!("{error:?}"))
}

#[test]
fn every_text_is_there_with_its_comments_and_follows_renames() {
    let mut case = Case::applied(&first());
    case.damage("set application_name to 'deploy'");
    case.run(&second());
    case.run(&third());
    let history = of(&mut case, Some("a"));
    let [people] = &history.objects[..] else { panic!("{history}") };
    let versions: Vec<_> = people.versions.iter().map(|version| (version.change, version.release)).collect();
    assert_eq!(versions, [(Change::Renamed, 3), (Change::Replaced, 2), (Change::Created, 1)]);
    assert_eq!(people.object.name, "people");
    assert_eq!(
        people.versions[1].diff.as_deref(),
        Some(
            "@@ -1,4 +1,4 @@\n--- the ids\n+-- the ids and names\n create view a as\n-select id\n+select id, name\n   from t;"
        )
    );
    assert_eq!(
        people.versions[2].text.as_deref(),
        Some("-- the ids\ncreate view a as\nselect id\n  from t;\n")
    );
    assert_eq!(people.versions[1].application, "deploy");
    assert_eq!([people.versions[1].by.clone()], case.column("select session_user")[..]);
    // A text that changed only in its comments is history, too.
    let comment = third().file("views/c.sql", "-- one\ncreate view c as select 1 as one;\n");
    case.run(&comment);
    let changes: Vec<_> =
        of(&mut case, Some("public.c")).objects[0].versions.iter().map(|one| one.change).collect();
    assert_eq!(changes, [Change::Replaced, Change::Created]);
    case.obeys_the_laws(&comment);
}

#[test]
fn each_release_says_what_it_changed() {
    let mut case = Case::applied(&first());
    case.run(&second());
    case.run(&third());
    // Healing is not history.
    case.damage("drop view c");
    case.run(&third());
    let history = of(&mut case, None);
    let changes: Vec<Vec<String>> = history
        .releases
        .iter()
        .map(|release| release.changes.iter().map(|one| format!("{} {}", one.change, one.object)).collect())
        .collect();
    assert_eq!(
        changes,
        [
            vec!["dropped public.b", "created public.c", "renamed public.people"],
            vec!["retired public.b", "replaced public.a"],
            vec!["created public.b", "created public.a"],
        ]
    );
    assert!(history.releases[0].stands && history.releases.iter().all(|release| release.kept));
    case.obeys_the_laws(&third());
}

#[test]
fn what_was_forgotten_cannot_be_gone_back_to_and_what_stands_is_kept() {
    let mut case = Case::applied(&first());
    case.run(&second());
    case.run(&third());
    let migrator = project("app").migrator();
    let forgotten = migrator.forget(&mut case.client, "2").unwrap();
    assert_eq!((forgotten.texts, forgotten.before), (2, 2), "{forgotten}");
    assert_eq!(migrator.forget(&mut case.client, "2").unwrap().texts, 0);
    let error = migrator.rollback(&mut case.client, "1").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unknown);
    assert!(error.to_string().ends_with(": \"public.a\", \"public.b\""), "{error}");
    let history = of(&mut case, None);
    let kept: Vec<_> = history.releases.iter().map(|release| release.kept).collect();
    assert_eq!(kept, [true, true, false]);
    let people = &of(&mut case, Some("people")).objects[0];
    assert!(
        people.versions[2].forgotten && people.versions[2].text.is_none() && !people.versions[1].forgotten
    );
    migrator.forget(&mut case.client, "3").unwrap();
    migrator.rollback(&mut case.client, "previous").unwrap_err();
    assert_eq!(case.column("select count(*) from viewkeeper.definition where text is not null"), ["2"]);
    case.obeys_the_laws(&third());
}

#[test]
fn what_is_unknown_and_what_may_not_be_read_is_said() {
    let mut case = Case::new();
    let migrator = project("app").migrator();
    let error = migrator.history(&mut case.client, None).unwrap_err();
    assert_eq!(error.to_string(), "no release of project \"app\" was applied here");
    case.run(&first());
    let error = migrator.history(&mut case.client, Some("public.aa")).unwrap_err();
    assert_eq!(error.to_string(), "no object of project \"app\" is or was called \"public.aa\"");
    assert!(format!("{error:?}").contains("did you mean \"public.a\"?"), "{error:?}");
    let reader = case.role("reader", &[]);
    case.damage(&format!("set role {reader}"));
    let error = migrator.history(&mut case.client, None).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rights);
    assert!(
        error.to_string().starts_with("the role may not read the texts of earlier definitions"),
        "{error}"
    );
    assert!(format!("{error:?}").contains("grant select on viewkeeper.definition"), "{error:?}");
    case.damage("reset role");
    case.damage(&format!("drop role {reader}"));
    case.obeys_the_laws(&first());
}

#[test]
fn routines_and_triggers_are_found_by_their_names() {
    let project = first()
        .file("f.sql", "create function f() returns int language sql as 'select 1';\ncreate function f(n int) returns int language sql as 'select n';\n")
        .file("g.sql", "create function g() returns trigger language plpgsql as 'begin return new; end';\ncreate trigger g before insert on t for each row execute function g();\n");
    let mut case = Case::applied(&project);
    let mut found = |name: &str| {
        of(&mut case, Some(name)).objects.iter().map(|one| one.object.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(found("f"), ["public.f()", "public.f(integer)"]);
    assert_eq!(found("public.f(integer)"), ["public.f(integer)"]);
    assert_eq!(found("f(integer)"), ["public.f(integer)"]);
    assert_eq!(found("g on public.t"), ["g on public.t"]);
    assert_eq!(found("g"), ["g on public.t", "public.g()"]);
    case.obeys_the_laws(&project);
}

#[test]
fn the_commands_tell_releases_changes_and_rollbacks() {
    let mut case = Case::applied(&first());
    case.damage("set application_name to 'deploy'");
    case.run(&second());
    let folder = Folder::new(&second());
    let cli = Cli::new(&folder, &case.database);
    let user = case.column("select session_user").remove(0);
    let told = |text: &str| steady(text, &[(&format!("by {user}"), "by U"), (&format!(", {user}"), ", U")]);
    assert_eq!(
        told(&cli.run(&["history"], 0)),
        "app: 2 releases\n\
         2 C at M by U with deploy, stands\n  replaced view public.a\n  retired view public.b\n\
         1 C at M by U\n  created view public.a\n  created view public.b\n"
    );
    assert_eq!(
        told(&cli.run(&["history", "a", "--limit", "1"], 0)),
        "view public.a: 1 change\n\n\
         replaced by release C (number 2) at M, U with deploy\n  @@ -1,4 +1,4 @@\n  --- the ids\n  +-- the ids and names\n   \
         create view a as\n  -select id\n  +select id, name\n     from t;\n"
    );
    let releases = cli.json(&["history", "--releases", "--project", "app"], 0);
    assert_eq!(releases["releases"][0]["number"], 2);
    assert_eq!(releases["objects"].as_array().unwrap().len(), 0);
    let plan = cli.run(&["rollback", "--to", "previous", "--plan"], 1);
    assert!(plan.contains("rebuild view public.a\n"), "{plan}");
    let refused = cli.run(&["rollback", "--to", "previous"], 2);
    assert!(refused.contains("nobody can be asked here; say --yes"), "{refused}");
    let unknown = cli.run(&["rollback", "--to", "abcd", "--yes"], 2);
    assert!(unknown.contains("no release \"abcd\" was applied here"), "{unknown}");
    let done = cli.json(&["rollback", "--to", "1", "--yes"], 0);
    assert_eq!(done["outcome"], "applied");
    assert!(cli.run(&["history", "--forget-before", "3"], 2).contains("say --yes"));
    let forgotten = cli.run(&["history", "--forget-before", "3", "--yes", "--project", "app"], 0);
    assert_eq!(forgotten, "app: forgot 3 texts that no release from number 3 on holds\n");
    case.obeys_the_laws(&first());
}
