//! Names, comments and messages that somebody chose stay text in every output.

use std::collections::BTreeSet;
use std::fs;
use std::process::{Command, Output};
use std::time::Duration;

use serde_json::Value;
use viewkeeper::testing::Database;
use viewkeeper::{Error, ErrorKind};

use super::Neighbour;
use crate::background::block_on;
use crate::command_line::terminal::at_a_terminal;
use crate::from_plan::{files, read};
use crate::support::browser::Browser;
use crate::support::cli::Cli;
use crate::support::folder::Folder;
use crate::support::{Case, Files, project, server};

/// What ends a line somewhere, moves a cursor, turns text around, or is not seen.
const HIDDEN: [&str; 14] = [
    "\n",
    "\r",
    "\r\n",
    "\t",
    "\u{85}",
    "\u{2028}",
    "\u{2029}",
    "\u{b}\u{c}",
    "\u{1b}]0;x\u{7}",
    "\u{9b}31m\u{7f}",
    "\u{202e}\u{2066}",
    "\u{200b}\u{200d}\u{feff}\u{ad}",
    "\u{2060}\u{61c}\u{180e}\u{fff9}",
    "\u{e0041}\u{fe0f}\u{3164}\u{34f}",
];

/// Ends what they stand in, in one language or another.
const ENDS: [&str; 5] = ["\"'", "*/", "$$ $text$ $viewkeeper$", "\\! true", "</script><b>`|"];

/// A neighbour's names and comments, each of which is a statement as soon as it is no text any more.
struct Hostile {
    neighbour: Neighbour,
    texts: Vec<String>,
}

impl Hostile {
    fn beside(case: &mut Case) -> Self {
        let neighbour = Neighbour::beside(case, &[]);
        let harm = format!(";alter role {} superuser;--", neighbour.role);
        let texts = HIDDEN.iter().chain(&ENDS).map(|end| format!("{end}{harm}")).collect();
        Hostile { neighbour, texts }
    }

    /// A name for each text, as SQL writes it.
    fn names(&self, first: &str) -> Vec<String> {
        self.texts.iter().map(|text| format!("\"{first}{}\"", text.replace('"', "\"\""))).collect()
    }

    fn literals(&self) -> Vec<String> {
        self.texts
            .iter()
            .map(|text| format!("e'{}'", text.replace('\\', "\\\\").replace('\'', "''")))
            .collect()
    }

    /// Views on another one, and one in a chain on each, with comments.
    fn views(&self, first: &str, on: &str) -> String {
        let named = self.names(first).into_iter().zip(self.literals());
        named
            .map(|(name, comment)| {
                format!(
                    "create view {name} as select id as {name} from {on};\ncomment on view {name} is {comment};\n\
                     comment on column {name}.{name} is {comment};\n"
                )
            })
            .collect()
    }

    /// None of it was obeyed.
    fn came_to_nothing(&self, case: &mut Case) {
        self.is_no_superuser(case);
        self.neighbour.came_to_nothing(case);
    }

    fn is_no_superuser(&self, case: &mut Case) {
        let role = &self.neighbour.role;
        let super_ = case.column(&format!("select rolsuper from pg_roles where rolname = '{role}'"));
        assert_eq!(super_, ["f"], "a text was obeyed");
    }
}

fn first() -> Files {
    project("app")
        .file("viewkeeper.toml", "name = \"app\"\n")
        .file("migrations/V1__t.sql", "create table t (id int primary key, name text);\n")
        .file("views/a.sql", "create view a as select id, name from t;\n")
        .file("views/gone.sql", "create view gone as select id from a;\n")
}

/// Everything above is made anew.
fn second(of: &Files) -> Files {
    of.clone().file("views/a.sql", "create view a as select name, id from t;\n")
}

/// The project with views of hostile names of its own, all in one file, on a view that changes next.
fn with_own(hostile: &Hostile) -> Files {
    // A file's line ends are made `\n` when it is read, in names too.
    let own = Hostile {
        neighbour: Neighbour { role: hostile.neighbour.role.clone() },
        texts: hostile.texts.iter().filter(|text| !text.contains("\r\n")).cloned().collect(),
    };
    first().file("views/own.sql", &own.views("o", "a"))
}

/// A script through psql, which stops at the first error.
fn psql(database: &Database, script: &str) -> Output {
    let folder = Folder::new(&project("psql"));
    folder.write("script.sql", script);
    let program = server().bin("psql").unwrap_or_else(|| "psql".into());
    let output = Command::new(program)
        .args(["--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1", "--file"])
        .arg(folder.path().join("script.sql"))
        .arg(database.url())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}\n{script}", String::from_utf8_lossy(&output.stderr));
    output
}

fn is_hidden(c: char) -> bool {
    c.is_control() && c != '\n'
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}')
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{feff}' | '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{fff9}'..='\u{fffb}')
        || matches!(c, '\u{e0000}'..='\u{e007f}' | '\u{fe00}'..='\u{fe0f}' | '\u{3164}' | '\u{34f}')
}

/// Nothing in it is a command to a terminal.
fn calm(what: &str, text: &str) {
    if let Some(at) = text.find(is_hidden) {
        let from = text[..at].rfind('\n').map_or(0, |at| at + 1);
        panic!("{what} sends a control character: {:?}", text[from..].lines().next());
    }
}

/// No line is the neighbour's.
fn ours(what: &str, text: &str) {
    let theirs = text.lines().find(|line| line.trim_start().starts_with(";alter role"));
    assert_eq!(theirs, None, "{what}: a text made a line\n{text}");
}

/// Why a line end of any kind must not come into a comment.
#[test]
fn psql_ends_a_comment_at_a_carriage_return_too() {
    let mut case = Case::new();
    for (number, end) in HIDDEN.iter().enumerate() {
        psql(&case.database, &format!("-- x{end}create table harm_{number} ();\n"));
    }
    let harm = "select relname from pg_class where relname like 'harm%' order by 1";
    assert_eq!(case.column(harm), ["harm_0", "harm_1", "harm_2"]);
}

#[test]
fn a_plan_through_psql_obeys_no_name() {
    let mut case = Case::new();
    let hostile = Hostile::beside(&mut case);
    let project = with_own(&hostile);
    case.run(&project);
    case.by_hand(&hostile.views("f", "a"));
    let next = second(&project);
    let folder = Folder::new(&next);
    let cli = Cli::new(&folder, &case.database);
    let script = cli.run(&["plan", "--script"], 1);
    psql(&case.database, &script);
    hostile.came_to_nothing(&mut case);
    let plan = cli.json(&["plan"], 0);
    let mut verbs = plan["actions"].as_array().unwrap().iter().map(|action| action["verb"].as_str().unwrap());
    assert!(verbs.all(|verb| verb == "record"), "{plan}");
    case.run(&next);
    hostile.came_to_nothing(&mut case);
    case.obeys_the_laws(&next);
}

#[test]
fn an_export_through_psql_obeys_no_name() {
    let mut case = Case::new();
    let hostile = Hostile::beside(&mut case);
    case.run(&first());
    case.by_hand(&hostile.views("f", "a"));
    let folder = Folder::new(&project("app").file("viewkeeper.toml", "name = \"app\"\n"));
    let cli = Cli::new(&folder, &case.database);
    let script = cli.run(&["export", "--script"], 0);
    let mut other = Case::new();
    other.damage("create table t (id int primary key, name text)");
    psql(&other.database, &script);
    hostile.came_to_nothing(&mut case);
    // A file cannot keep that line end, so no file has the name.
    assert!(script.contains(r#"-- left out: view public."f\r\n;"#), "{script}");
    let count = "select count(*) from pg_views where schemaname = 'public' and viewname !~ e'\\r\\n'";
    assert_eq!(other.column(count), case.column(count), "{script}");
    let comments = "select md5(string_agg(description, '' order by description)) from pg_description \
                    where classoid = 'pg_class'::regclass and description ~ 'superuser' and description !~ e'\\r\\n'";
    assert_eq!(other.column(comments), case.column(comments));

    // As files: each name is one, in its folder, on every file system.
    let said = cli.run(&["export", "--to", "sql"], 0);
    calm("export", &said);
    ours("export", &said);
    let mut names = BTreeSet::new();
    for entry in fs::read_dir(folder.path().join("sql/views")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(name.chars().all(|c| c.is_ascii_alphanumeric() || "_-.".contains(c)), "{name:?}");
        assert!(names.insert(name.to_lowercase()), "{name}");
    }
    assert_eq!(names.len(), hostile.texts.len() + 1, "{names:#?}");
    let said = cli.run(&["build"], 0);
    calm("build", &said);
}

#[test]
fn a_reviewed_migration_obeys_no_name() {
    let mut case = Case::new();
    let hostile = Hostile::beside(&mut case);
    let project = with_own(&hostile);
    case.run(&project);
    case.by_hand(&hostile.views("f", "a"));
    let folder = Folder::new(&second(&project));
    let cli = Cli::new(&folder, &case.database);
    // What is only not seen ends no line.
    for text in HIDDEN[..11].iter().map(|end| format!("x{end}drop table t;")) {
        let error = cli.run(&["new", "migration", "--from-plan", "-m", &text], 2);
        assert!(error.contains("-m wants one line"), "{error}");
        calm("new", &error);
    }
    cli.run(&["new", "migration", "--from-plan", "-m", "other order"], 0);
    let path = "sql/migrations/V2__other_order";
    let reverse = read(&folder, &format!("{path}.reverse.sql"));
    for text in [&read(&folder, &format!("{path}.sql")), &reverse] {
        let comments = text.lines().filter(|line| line.trim_start().starts_with("--"));
        comments.for_each(|comment| assert!(!comment.contains(is_hidden), "{comment:?}"));
    }
    cli.run(&["build"], 0);
    let written = files(&folder, "app");
    case.run(&written);
    hostile.came_to_nothing(&mut case);
    psql(&case.database, &format!("begin;\n{reverse}\ncommit;\n"));
    hostile.came_to_nothing(&mut case);
    let columns = "select attname from pg_attribute where attrelid = 'a'::regclass and attnum = 1";
    assert_eq!(case.column(columns), ["id"], "it is as it was");
    case.run(&written);
    hostile.came_to_nothing(&mut case);

    let mut fresh = Case::applied(&written);
    hostile.is_no_superuser(&mut fresh);
    fresh.obeys_the_laws(&written);
}

#[test]
fn no_command_sends_a_control_character() {
    let mut case = Case::new();
    let hostile = Hostile::beside(&mut case);
    let project = with_own(&hostile)
        .file("checks/c.sql", &format!("select {} as x;\n", hostile.literals().join(" || ")));
    case.run(&project);
    case.damage(&hostile.views("f", "a"));
    case.damage(
        &hostile.names("t").iter().map(|name| format!("create table {name} (id int);\n")).collect::<String>(),
    );
    for name in hostile.names("o").iter().filter(|name| !name.contains("\r\n")) {
        case.damage(&format!("alter view {name} set (security_barrier = true)"));
    }
    let folder = Folder::new(&second(&project));
    let cli = Cli::new(&folder, &case.database);
    let own = format!("public.{}", hostile.names("o")[1]);
    let commands: [&[&str]; 22] = [
        &["plan"],
        &["plan", "--rehearse"],
        &["check"],
        &["check", "--all"],
        &["check", "--summary", "summary.md"],
        &["status"],
        &["discover"],
        &["graph"],
        &["graph", "--check", "--tables"],
        &["graph", "--check", "--tables", "--format", "dot"],
        &["graph", "--check", "--tables", "--format", "mermaid"],
        &["graph", "--check", "--tables", "--format", "svg"],
        &["graph", "--check", "--tables", "--format", "html"],
        &["history"],
        &["history", &own],
        &["validate"],
        &["refresh"],
        &["build"],
        &["graph", "nobody\u{1b}]0;x\u{7}"],
        &["apply"],
        &["history", &own],
        &["rollback", "--to", "previous", "--plan"],
    ];
    for command in commands {
        for json in [false, true] {
            let arguments: Vec<&str> =
                json.then_some("--json").into_iter().chain(command.iter().copied()).collect();
            let output = cli.output(&arguments);
            let what = format!("{arguments:?}");
            for stream in [&output.stdout, &output.stderr] {
                let text = String::from_utf8(stream.clone()).unwrap();
                calm(&what, &text.replace('\t', " "));
                // The definition of an object is told as it is.
                if !json && !["plan", "discover", "history", "validate", "rollback"].contains(&command[0]) {
                    ours(&what, &text);
                }
                if json && !text.is_empty() {
                    let read: Result<Value, _> = serde_json::from_str(&text);
                    assert!(read.is_ok(), "{what}: {text}");
                }
            }
        }
    }
    let summary = fs::read_to_string(folder.path().join("summary.md")).unwrap();
    calm("the summary", &summary);
    // A heading, a table, and warnings: no line is another's.
    let rows = summary.lines().filter(|line| line.is_empty() || line.starts_with(['|', '#', '>']));
    assert_eq!(rows.count(), summary.lines().count(), "{summary}");
    hostile.came_to_nothing(&mut case);
}

#[test]
fn a_script_on_a_terminal_is_shown() {
    let mut case = Case::new();
    let hostile = Hostile::beside(&mut case);
    let folder = Folder::new(&with_own(&hostile));
    let cli = Cli::new(&folder, &case.database);
    case.run(&first());
    for command in [&["plan", "--script"][..], &["export", "--script"], &["plan"]] {
        let (_, seen) = at_a_terminal(&cli, command, "");
        // Colours, the line that moves, and the terminal's own line ends are ours.
        assert!(
            !seen.contains("\u{1b}]0;x") && !seen.contains(['\u{7}', '\u{9b}', '\u{85}', '\u{202e}']),
            "{seen:?}"
        );
    }
    let (_, seen) = at_a_terminal(&cli, &["plan", "--script"], "");
    assert!(seen.contains(r"\u{1b}]0;x\u{7}"), "{seen:?}");
}

/// The report of a run that must fail.
fn fails(case: &mut Case, project: &Files) -> Error {
    let error = case.refused(project);
    for (what, text) in [("Display", error.to_string()), ("Debug", format!("{error:?}"))] {
        calm(what, &text);
        ours(what, &text);
    }
    assert!(!error.to_string().contains('\n'), "{error}");
    error
}

#[test]
fn errors_show_what_they_are_about() {
    let mut case = Case::applied(&first());
    let raise = "do $$ begin raise exception e'\\x1b]0;x\\x07\\n  help: drop it\\r' using detail = e'd\\r\\n  help: \\u009b', \
                 hint = e'\\u202eh\\n  note: n'; end $$;\n";
    let error = fails(&mut case, &first().file("migrations/V2__r.sql", raise));
    assert!(error.to_string().contains(r"\u{1b}]0;x\u{7}\n  help: drop it\r (P0001)"), "{error}");
    let report = format!("{error:?}");
    assert!(report.contains(r"detail from the server: d\r"), "{report}");
    assert!(
        report.contains("\n    |   help: \\u{9b}"),
        "what follows a line end stands behind a bar: {report}"
    );

    // The source line, with the caret under its place.
    let text = "create view b as select '\u{1b}[31m\r\u{202e}' as x, nope from t;\n";
    let error = fails(&mut case, &first().file("views/b.sql", text));
    let report = format!("{error:?}");
    let shown = r"1 | create view b as select '\u{1b}[31m\r\u{202e}' as x, nope from t;";
    assert!(report.contains(shown), "{report}");
    let caret = report.lines().find(|line| line.ends_with('^')).unwrap();
    let at = shown.find("nope").unwrap();
    assert_eq!(caret.len(), at + 1, "{report}");

    // An object's own name.
    let text = "create view \"b\u{1b}]0;x\u{7}\n  help: no\" as select nope from t;\n";
    let error = fails(&mut case, &first().file("views/b.sql", text));
    assert!(format!("{error:?}").contains(r#"\u{1b}]0;x\u{7}\n  help: no"#), "{error:?}");

    // A foreign object in the way.
    case.damage("create table \"n\u{1b}]0;x\u{7}\r\" (a a)");
    let error = fails(&mut case, &second(&first()));
    assert!(format!("{error:?}").contains(r"n\u{1b}]0;x\u{7}\r"), "{error:?}");
    case.damage("drop table \"n\u{1b}]0;x\u{7}\r\"");
    case.obeys_the_laws(&first());
}

/// Lines that look like what we say: in an error, in a plan, in what was found.
const IMITATION: &str =
    "x\n  help: evil\n  note: evil\nhelp: evil\nwarning: evil\n --> evil.sql:1:1\n    evil\n\nevil";

/// Whatever holds the word stands behind a bar, or within a line that begins as ours.
fn behind_bars(what: &str, text: &str) {
    assert!(text.contains("evil"), "{what}: {text}");
    for line in text.lines().filter(|line| line.contains("evil")) {
        let begun = line.trim_start();
        assert!(
            begun.starts_with("| ") || line.contains(r"x\n  help: evil\n"),
            "{what}: {line:?} in\n{text}"
        );
    }
}

#[test]
fn a_text_of_several_lines_makes_no_line_of_ours() {
    let mut case = Case::applied(&first());
    let imitation = format!("e'{}'", IMITATION.replace('\n', "\\n"));
    for field in ["detail", "hint", "message"] {
        let raise = format!("do $$ begin raise exception using {field} = {imitation}; end $$;\n");
        let error = fails(&mut case, &first().file("migrations/V2__r.sql", &raise));
        behind_bars(field, &format!("{error:?}"));
        let all = std::iter::successors(Some(&error as &dyn std::error::Error), |error| error.source());
        behind_bars(field, &all.map(ToString::to_string).collect::<Vec<_>>().join("\n"));
    }
    // The place within a body is told by the server as lines of its own.
    case.damage(&format!(
        "create function app_f() returns int language plpgsql as $f$ begin perform 1/0; return 1; exception when others then
           raise exception using message = 'm', detail = {imitation}; end $f$"
    ));
    let error = fails(&mut case, &first().file("migrations/V2__r.sql", "select public.app_f();\n"));
    behind_bars("context", &format!("{error:?}"));
    case.damage("drop function app_f()");

    // In what is live.
    case.by_hand(&format!(
        "create view imitation as select id, '{0}'::text as x from a; comment on view imitation is '{0}'",
        IMITATION.replace('\'', "''")
    ));
    let folder = Folder::new(&second(&first()));
    let cli = Cli::new(&folder, &case.database);
    behind_bars("plan", &cli.run(&["plan"], 1));
    behind_bars("discover", &cli.run(&["discover"], 0));
    behind_bars("validate", &cli.run(&["validate", "--throwaway"], 1));
    case.run(&second(&first()));
    case.obeys_the_laws(&second(&first()));
}

#[test]
fn a_cause_of_somebody_elses_is_shown_in_every_link() {
    let case = Case::new();
    let mut config = case.database.config();
    config.user("x\n  help: evil\u{1b}").password("x");
    let run = viewkeeper::run_async(first().migrator(), move || config.connect(postgres::NoTls));
    let error = block_on(run).unwrap_err();
    let all = std::iter::successors(Some(&error as &dyn std::error::Error), |error| error.source());
    let all: Vec<String> = all.map(ToString::to_string).collect();
    assert!(all.len() > 1 && all.iter().any(|text| text.contains(r"x\n  help: evil\u{1b}")), "{all:?}");
    for text in &all {
        assert!(!text.contains(['\n', '\u{1b}']), "{text:?}");
    }
}

#[test]
fn what_another_session_runs_is_not_told() {
    let mut case = Case::applied(&first());
    let database = case.column("select oid from pg_database where datname = current_database()").remove(0);
    let role = format!("m\u{1b}]0;x\u{7}\r{database}");
    case.damage(&format!("create role \"{role}\" login password 'x'; grant select on a to \"{role}\""));
    let mut reader = case.database.config().user(&role).password("x").connect(postgres::NoTls).unwrap();
    reader.batch_execute("begin; select id, 'a secret' from a").unwrap();
    let migrator = second(&first()).migrator().retry_for(Duration::from_millis(300));
    let error = migrator.run(&mut case.client).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Busy, "{error:?}");
    let report = format!("{error:?}");
    assert!(!report.contains("secret"), "{report}");
    assert!(report.contains(r"(user m\u{1b}]0;x\u{7}\r"), "{report}");
    calm("Debug", &report);
    drop(reader);
    case.damage(&format!("revoke all on a from \"{role}\"; drop role \"{role}\""));
    case.obeys_the_laws(&first());
}

#[test]
fn no_name_leaves_its_place_in_a_picture() {
    let mut names = vec![
        "<img src=x onerror=window.hurt=1>",
        "</script><script>window.hurt=1</script>",
        "\"></text><script>window.hurt=1</script>",
        "\" onload=\"window.hurt=1",
        "<!--<script>",
        "{{script}}",
        "\"]; evil [label=\"x\"]; \"",
        "\\\"]; evil; \\",
        "\"); click n0 href \"javascript:window.hurt=1\"",
        "%%{init: {'theme':'dark'}}%%",
    ];
    names.extend(["a\nevil", "a\revil", "a\u{2028}evil", "\u{202e}a"]);
    let views: String = names
        .iter()
        .map(|name| {
            let name = format!("\"{}\"", name.replace('"', "\"\""));
            format!(
                "create view {name} as select 1 as id;\ncreate view {} as select * from {name};\n",
                name.replacen('"', "\"x", 1)
            )
        })
        .collect();
    let graph = first().file("views/n.sql", &views).migrator().project().graph();
    let (nodes, edges) = (graph.nodes.len(), graph.edges.len());

    let dot = graph.dot();
    calm("dot", &dot);
    assert_eq!(dot.lines().count(), nodes + edges + 4, "{dot}");
    for line in dot.lines().skip(3).filter(|line| *line != "}") {
        // Without what stands in quotes it is one statement.
        let (mut bare, mut quoted, mut escaped) = (String::new(), false, false);
        for c in line.chars() {
            match c {
                '"' if !escaped => quoted = !quoted,
                c if !quoted => bare.push(c),
                _ => {}
            }
            escaped = c == '\\' && !escaped;
        }
        assert!(!quoted, "{line}");
        let is_edge = bare == "   -> ;";
        assert!(
            is_edge || bare.starts_with("   [label=, shape=") && bare.ends_with(", tooltip=];"),
            "{bare}: {line}"
        );
        assert_eq!(bare.matches(';').count(), 1, "{line}");
    }

    let mermaid = graph.mermaid();
    calm("mermaid", &mermaid);
    assert_eq!(mermaid.lines().count(), nodes + edges + 1, "{mermaid}");
    for line in mermaid.lines().skip(1).filter(|line| !line.contains("-->")) {
        assert_eq!(line.matches('"').count(), 2, "{line}");
        let label = line.split('"').nth(1).unwrap();
        assert!(!label.contains(['<', '>', '[', ']', '{', '}', '|', '`', '%']), "{line}");
    }
    assert!(!mermaid.contains("%%"), "{mermaid}");

    let (svg, html) = (graph.svg(), graph.html());
    calm("svg", &svg);
    calm("html", &html);
    assert!(!svg.contains("<script") && !svg.contains("<img"), "{svg}");
    let Some(browser) = Browser::find() else { return };
    let own = html.matches("<script").count();
    let found = browser.run(
        &html,
        "",
        "return { hurt: window.hurt ?? null, images: document.images.length, \
         titles: [...document.querySelectorAll('#scene .node title')].map((title) => title.textContent), \
         scripts: document.scripts.length };",
    );
    assert_eq!(found["hurt"], Value::Null);
    assert_eq!(found["images"], 0);
    // One is the test's own.
    assert_eq!(found["scripts"].as_u64().unwrap() as usize, own + 1);
    let titles: Vec<&str> =
        found["titles"].as_array().unwrap().iter().map(|title| title.as_str().unwrap()).collect();
    assert!(titles.contains(&"view public.\"<img src=x onerror=window.hurt=1>\""), "{titles:#?}");
    assert!(titles.contains(&r#"view public."a\nevil""#), "{titles:#?}");
}

#[test]
fn a_foreign_name_of_two_lines_is_no_obstacle() {
    let mut case = Case::applied(&first());
    case.by_hand(
        "create view \"a\nb\" as select id, name as \"n\nm\" from t;
         create view \"view public.\n\" as select id from t;
         create view \"view a\" as select * from \"a\nb\";
         comment on view \"a\nb\" is 'mine'",
    );
    let typed = first().file("migrations/V2__t.sql", "alter table t alter column name type varchar(20);\n");
    let report = case.run(&typed);
    assert!(report.migrations[0].aside.contains(&"view public.\"a\nb\"".to_owned()), "{report}");
    calm("the report", &report.to_string());
    let table = typed.clone().file(
        "migrations/V3__t.sql",
        "drop table t;\ncreate table t (id int primary key, name varchar(20), more int);\n",
    );
    let report = case.run(&table);
    assert_eq!(report.migrations[0].aside.len(), 5, "{report}");
    assert_eq!(case.column("select obj_description('\"a\nb\"'::regclass)"), ["mine"]);
    case.obeys_the_laws(&table);
}

#[test]
fn a_column_of_two_lines_is_found_in_the_way() {
    let start = first()
        .file("migrations/V1__t.sql", "create table t (id int primary key, name text, \"x\ny\" int);\n");
    let mut case = Case::applied(&start);
    case.by_hand("create view \"a\nb\" as select id, \"x\ny\" from t");
    let next =
        start.clone().file("migrations/V2__t.sql", "alter table t alter column \"x\ny\" type bigint;\n");
    let report = case.run(&next);
    assert_eq!(report.migrations[0].aside, ["view public.\"a\nb\""], "{report}");
    case.obeys_the_laws(&next);
}

#[test]
fn a_character_that_the_database_lacks_is_found_in_its_file() {
    let case = Case::new();
    let name = format!("{}_latin1", case.database.name());
    let mut admin = case.database.connect().unwrap();
    let make =
        format!("create database {name} encoding 'LATIN1' template template0 lc_collate 'C' lc_ctype 'C'");
    admin.batch_execute(&make).unwrap();
    let mut client = case.database.config().dbname(&name).connect(postgres::NoTls).unwrap();
    let good = first().file("views/e.sql", "-- é\ncreate view e as select 'é'::text as x;\n");
    for (file, text, place) in [
        ("views/e.sql", "-- é 😀\ncreate view e as select 1 as x;\n", "sql/views/e.sql:1:6"),
        ("views/e.sql", "create view e as\nselect 'é', '😀' as x;\n", "sql/views/e.sql:2:14"),
        ("views/e.sql", "create view \"e😀\" as select 1 as x;\n", "sql/views/e.sql:1:15"),
        (
            "functions/f.sql",
            "create function f() returns text language sql as $$ select '→' $$;\n",
            "sql/functions/f.sql:1:61",
        ),
        (
            "migrations/V2__m.sql",
            "create table m (x text default 'x');\ninsert into m values ('😀');\n",
            "sql/migrations/V2__m.sql:2:24",
        ),
        ("migrations/V2__m.sql", "create table m (x text); -- 😀\n", "sql/migrations/V2__m.sql:1:29"),
    ] {
        let project = first().file(file, text);
        for error in [
            project.migrator().run(&mut client).unwrap_err(),
            project
                .migrator()
                .plan(&mut client)
                .err()
                .unwrap_or_else(|| project.migrator().run(&mut client).unwrap_err()),
        ] {
            assert_eq!(error.code(), Some("22P05"), "{error:?}");
            assert_eq!(error.location().map(ToString::to_string).as_deref(), Some(place), "{error:?}");
            assert!(format!("{error:?}").contains("help: take the character out"), "{error:?}");
        }
    }
    good.migrator().run(&mut client).unwrap();
    assert!(good.migrator().check(&mut client).unwrap().in_sync());
    drop(client);
    admin.batch_execute(&format!("drop database {name}")).unwrap();
}

/// With that setting off a backslash would carry a text past its quote, and the next text would be a statement.
#[test]
fn a_backslash_ends_no_text_where_it_is_an_escape() {
    let mut case = Case::new();
    let hostile = Hostile::beside(&mut case);
    let harm = format!(";alter role {} superuser;--", hostile.neighbour.role);
    let off = |case: &mut Case| {
        let name = case.database.name().to_owned();
        case.damage(&format!("alter database {name} set standard_conforming_strings to off"));
        case.client = case.database.connect().unwrap();
    };
    case.run(&first());
    case.by_hand(&format!(
        "set standard_conforming_strings to on;
         create view f as select id, '\\'::text as x, '{harm}'::text as y from a;
         comment on view f is '\\';
         create rule r as on insert to a do instead select '\\'::text, '{harm}'::text;
         alter view a alter column name set default '\\' || '{harm}'"
    ));
    off(&mut case);
    let mut other = Case::new();
    other.damage("create table t (id int primary key, name text)");
    off(&mut other);
    let folder = Folder::new(&first());
    let cli = Cli::new(&folder, &case.database);
    psql(&other.database, &cli.run(&["export", "--script"], 0));
    hostile.came_to_nothing(&mut case);
    assert_eq!(other.column("select count(*) from pg_views where viewname = 'f'"), ["1"]);

    let folder = Folder::new(&second(&first()));
    let cli = Cli::new(&folder, &case.database);
    cli.run(&["new", "migration", "--from-plan", "-m", "other order"], 0);
    let reverse = read(&folder, "sql/migrations/V2__other_order.reverse.sql");
    let written = files(&folder, "app");
    case.run(&written);
    hostile.came_to_nothing(&mut case);
    psql(&case.database, &format!("begin;\n{reverse}\ncommit;\n"));
    hostile.came_to_nothing(&mut case);
    psql(&case.database, &cli.run(&["plan", "--script"], 1));
    hostile.came_to_nothing(&mut case);
    assert_eq!(case.column("select y from (select y from f union all select 'none') f limit 1").len(), 1);
    assert_eq!(case.column("select rulename from pg_rules where tablename = 'a'"), ["r"]);
    let name = case.database.name().to_owned();
    case.damage(&format!("alter database {name} reset standard_conforming_strings"));
    case.client = case.database.connect().unwrap();
    case.run(&written);
    case.obeys_the_laws(&written);
}

/// Texts in which psql could see a variable, a command of its own, or the end of a quote.
#[test]
fn psql_finds_no_variable_and_no_command_in_what_is_deparsed() {
    const TEXTS: [&str; 12] = [
        ":HOST",
        ":'HOST'",
        ":\"HOST\"",
        ":{?HOST}",
        "\n\\! touch /tmp/viewkeeper_was_here\n",
        "\\echo x",
        "\n\\.\n",
        "\n\\q\n",
        "$$ $_$ $1 $function$ $procedure$",
        "/* -- ' \"",
        "a\\",
        ";\n\\gexec\n",
    ];
    let mut objects = String::new();
    for (number, text) in TEXTS.iter().enumerate() {
        let literal = format!("'{}'", text.replace('\'', "''"));
        let name = format!("\"{number}{}\"", text.replace('"', "\"\""));
        objects.push_str(&format!(
            "create view {name} as select {literal}::text as {name}, (array[1, 2, 3])[1:2] as slice, id from a;
             comment on view {name} is {literal};
             comment on column {name}.{name} is {literal};
             alter view {name} alter column {name} set default {literal};
             create function {name}(x text default {literal}) returns text language plpgsql
               set search_path to {name}, public as $body${text}
               begin\nreturn {literal};\nend;$body$;
             create function {name}(int) returns text language sql begin atomic select {literal}::text || $1; end;
             create trigger {name} instead of insert on {name} for each row execute function touch({literal});
             create rule {name} as on delete to {name} do instead select {literal}::text as {name};"
        ));
    }
    let touch = "create function touch() returns trigger language plpgsql as $$ begin return new; end $$;";
    let mut case = Case::applied(&first());
    case.by_hand("set check_function_bodies = off");
    case.by_hand(touch);
    case.by_hand(&objects);
    let told = "select md5(string_agg(x, e'\\n' order by x collate \"C\")) from (
        select pg_get_viewdef(c.oid) from pg_class c where c.relkind = 'v' and c.relnamespace = 'public'::regnamespace
        union all select pg_get_functiondef(p.oid) from pg_proc p where p.pronamespace = 'public'::regnamespace
        union all select pg_get_triggerdef(t.oid) from pg_trigger t where not t.tgisinternal
        union all select pg_get_ruledef(r.oid) from pg_rewrite r where r.rulename <> '_RETURN' and r.ev_class >= 16384
        union all select pg_get_expr(d.adbin, d.adrelid) from pg_attrdef d
        union all select description from pg_description where objoid >= 16384) t(x)";
    let folder = Folder::new(&project("app").file("viewkeeper.toml", "name = \"app\"\n"));
    let script = Cli::new(&folder, &case.database).run(&["export", "--script"], 0);
    let mut other = Case::new();
    other.damage("create table t (id int primary key, name text)");
    psql(&other.database, &script);
    assert_eq!(other.column(told), case.column(told), "{script}");

    // The plan drops all of it and puts it back.
    let folder = Folder::new(&second(&first()));
    let cli = Cli::new(&folder, &case.database);
    let kept = told.replace("c.relkind = 'v'", "c.relkind = 'v' and c.relname not in ('a', 'gone')");
    let without_a = case.column(&kept);
    psql(&case.database, &cli.run(&["plan", "--script"], 1));
    assert_eq!(case.column(&kept), without_a);
    assert!(!std::path::Path::new("/tmp/viewkeeper_was_here").exists());
    case.run(&second(&first()));
}

/// The server counts characters of its own encoding, and in SQL_ASCII bytes.
#[test]
fn a_caret_stands_under_its_character_in_every_encoding() {
    let case = Case::new();
    let mut admin = case.database.connect().unwrap();
    for encoding in ["SQL_ASCII", "LATIN1", "UTF8"] {
        let name = format!("{}_{}", case.database.name(), encoding.to_lowercase());
        admin
            .batch_execute(&format!(
                "create database {name} encoding '{encoding}' template template0 lc_collate 'C' lc_ctype 'C'"
            ))
            .unwrap();
        let mut client = case.database.config().dbname(&name).connect(postgres::NoTls).unwrap();
        for (file, text, place) in [
            (
                "views/e.sql",
                "-- éé\ncreate view e as\nselect 'éé' as \"é\", nope from a;\n",
                "sql/views/e.sql:3:21",
            ),
            (
                "functions/f.sql",
                "-- é\ncreate function f() returns text language sql as $$ select 'é', nope from a $$;\n",
                "sql/functions/f.sql:2:65",
            ),
            (
                "migrations/V2__m.sql",
                "-- éé\nselect 'é';\nselect 'éé', nope from t;\n",
                "sql/migrations/V2__m.sql:3:14",
            ),
        ] {
            let error = first().file(file, text).migrator().run(&mut client).unwrap_err();
            assert_eq!(
                error.location().map(ToString::to_string).as_deref(),
                Some(place),
                "{encoding}: {error:?}"
            );
        }
        drop(client);
        admin.batch_execute(&format!("drop database {name}")).unwrap();
    }
}
