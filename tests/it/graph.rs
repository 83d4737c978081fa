//! The graph: as text, for other programs, and as a picture; of the kidney application, and of odd names.

use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::json;
use viewkeeper::graph::{Follow, Graph, NodeState};

use crate::support::cli::Cli;
use crate::support::folder::Folder;
use crate::support::golden::golden;
use crate::support::{Case, Files, folder, project, server};
use viewkeeper::schema::Schemas;

fn kidney() -> Graph {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/kidney-genetics/sql");
    folder("kidney-genetics", &path).migrator().project().graph()
}

/// Names with everything in them that a language could take for its own.
fn odd() -> Files {
    project("odd")
        .file("migrations/V1__t.sql", "create table t (id int primary key);\n")
        .file("views/a.sql", "create view \"Gene \"\"x\"\" [1] {2} (3) <b>&amp;#35; `; | \\ --> end\" as select id from t;\n")
        .file("views/b.sql", "create view \"日本 größe\" as select id from \"Gene \"\"x\"\" [1] {2} (3) <b>&amp;#35; `; | \\ --> end\";\n")
        .file("views/end.sql", "create view \"end\" as select id from \"日本 größe\";\n")
        .file("functions/f.sql", "create function f(int, text[]) returns int language sql begin atomic select 1; end;\n")
        .file("views/g.sql", "create view \"graph\" as select f(1, '{}') as x;\n")
}

fn names(graph: &Graph) -> Vec<String> {
    graph.nodes.iter().map(|node| node.object.name.clone()).collect()
}

#[test]
fn the_kidney_application_looks_as_the_golden_files_say() {
    let graph = kidney();
    golden("graph/kidney.txt", &graph.to_string());
    golden("graph/kidney.dot", &graph.dot());
    golden("graph/kidney.mmd", &graph.mermaid());
    golden("graph/kidney.svg", &graph.svg());
    let part = graph.only(["gene_scores"], Follow::Up).unwrap();
    golden("graph/kidney_gene_scores_up.json", &serde_json::to_string_pretty(&part).unwrap());
}

#[test]
fn only_what_is_around_the_named_ones_is_shown() {
    let graph = kidney();
    assert_eq!(
        names(&graph.only(["public.gene_ranking"], Follow::Down).unwrap()),
        ["gene_ranking", "source_overview"]
    );
    let up = graph.only(["evidence_summary"], Follow::Up).unwrap();
    assert!(
        names(&up).contains(&"evidence_source_counts".to_owned())
            && !names(&up).contains(&"gene_scores".to_owned())
    );
    // A routine without its arguments, a trigger without its table, a name as it stands in SQL.
    assert_eq!(graph.only(["evidence_tier"], Follow::Up).unwrap().nodes.len(), 1);
    assert_eq!(graph.only(["genes_updated_at"], Follow::Up).unwrap().nodes.len(), 2);
    assert_eq!(graph.only(["evidence_tier(bigint,numeric)"], Follow::Up).unwrap().nodes.len(), 1);
    let all = graph.only(["set_updated_at()", "gene_scores"], Follow::Both).unwrap();
    assert!(all.edges.iter().all(|edge| edge.user < all.nodes.len() && edge.needed < edge.user));
    let error = graph.only(["gene_score"], Follow::Both).unwrap_err();
    assert_eq!(error.to_string(), "no object of project \"kidney-genetics\" is called \"gene_score\"");
    assert!(format!("{error:?}").contains("help: did you mean \"gene_scores\"?"), "{error:?}");
}

#[test]
fn odd_names_stay_names() {
    let graph = odd().migrator().project().graph();
    golden("graph/odd.mmd", &graph.mermaid());
    golden("graph/odd.dot", &graph.dot());
    assert_eq!(graph.only(["日本 größe"], Follow::Up).unwrap().nodes.len(), 2);
    assert_eq!(graph.only(["\"end\""], Follow::Up).unwrap().nodes.len(), 3);
    let svg = graph.svg();
    assert!(svg.contains("&lt;b&gt;&amp;amp;#35;") && !svg.contains("<b>"), "{svg}");
}

/// Graphviz itself reads it, where it is installed; the golden files hold the rest.
#[test]
fn graphviz_reads_the_dot() {
    for dot in [kidney().dot(), odd().migrator().project().graph().dot()] {
        let Ok(mut run) =
            Command::new("dot").arg("-Tplain").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()
        else {
            eprintln!("not tested: graphviz is not installed");
            return;
        };
        std::io::Write::write_all(&mut run.stdin.take().unwrap(), dot.as_bytes()).unwrap();
        let output = run.wait_with_output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success());
        let lines = |word: &str| text.lines().filter(|line| line.starts_with(word)).count();
        assert_eq!(lines("node "), dot.lines().filter(|line| line.contains("shape=")).count());
        assert_eq!(lines("edge "), dot.lines().filter(|line| line.contains(" -> ")).count());
    }
}

#[test]
fn a_database_says_how_each_object_is() {
    let project = odd();
    let mut case = Case::applied(&project);
    case.damage("drop view \"end\"; create or replace view \"graph\" as select 5 as x");
    let graph = project.migrator().graph(&mut case.client).unwrap();
    let state = |name: &str| graph.nodes.iter().find(|node| node.object.name == name).unwrap().state;
    assert_eq!(state("end"), Some(NodeState::Missing));
    assert_eq!(state("graph"), Some(NodeState::Altered));
    assert_eq!(state("f"), Some(NodeState::InSync));
    assert!(graph.to_string().contains("public.\"end\"  [missing: dropped by hand]"), "{graph}");
    // One whose file is gone is shown as well, until it is dropped.
    let fewer = project.clone().without("views/g.sql");
    let graph = fewer.migrator().graph(&mut case.client).unwrap();
    let extra = graph.nodes.iter().find(|node| node.object.name == "graph").unwrap();
    assert_eq!((extra.state, extra.file.as_deref()), (Some(NodeState::Extra), None));
    assert!(graph.html().contains("extra") && graph.dot().contains("\"public.graph\" ["));
    case.run(&project);
    case.obeys_the_laws(&project);
}

#[test]
fn the_tables_below_come_from_the_database() {
    let project = odd()
        .file("triggers/t.sql", "create function touch() returns trigger language plpgsql as $$ begin return new; end $$;\ncreate trigger touch before insert on t for each row execute function touch();\n");
    let mut case = Case::applied(&project);
    let plain = project.migrator().project().graph();
    let snapshot = project.migrator().discover(&mut case.client, &Schemas::All).unwrap();
    let graph = plain.clone().with_tables(&snapshot);
    assert_eq!(graph.nodes.len(), plain.nodes.len() + 1);
    assert_eq!((graph.nodes[0].object.to_string().as_str(), graph.nodes[0].tier), ("public.t", 0));
    let users: Vec<&str> = graph
        .edges
        .iter()
        .filter(|edge| edge.needed == 0)
        .map(|edge| graph.nodes[edge.user].object.name.as_str())
        .collect();
    assert_eq!(users, ["Gene \"x\" [1] {2} (3) <b>&amp;#35; `; | \\ --> end", "touch"]);
    assert_eq!(graph.edges.len(), plain.edges.len() + 2);
    assert!(graph.to_string().contains("below the project: 1\n  table     public.t\n"), "{graph}");
    assert!(graph.svg().contains("class=\"node table "));
    // What stands on a table.
    assert_eq!(graph.only(["t"], Follow::Down).unwrap().nodes.len(), 6);
    case.obeys_the_laws(&project);
}

#[test]
fn the_command_prints_or_writes_the_graph() {
    let files = project("app")
        .file("viewkeeper.toml", "name = \"app\"\n")
        .file("migrations/V1__t.sql", "create table t (id int primary key);\n")
        .file("views/a.sql", "create view a as\nselect id from t;\n")
        .file("views/b.sql", "create view b as\nselect id from a;\n")
        .file("views/c.sql", "create view c as\nselect id from t;\n");
    let folder = Folder::new(&files);
    let database = server().database().unwrap();
    let cli = Cli::new(&folder, &database);
    assert_eq!(
        cli.run(&["graph"], 0),
        "app: 3 objects in 2 tiers, 1 edge\n\n\
         tier 1: 2 objects\n  view  public.a\n  view  public.c\n\n\
         tier 2: 1 object\n  view  public.b\n      needs a\n"
    );
    let json = cli.json(&["graph", "b", "--up"], 0);
    assert_eq!(json["edges"], json!([{"user": "public.b", "needed": "public.a", "strength": "needs"}]));
    assert_eq!(json["nodes"][0]["file"], "sql/views/a.sql");
    assert_eq!(json["nodes"][0]["state"], json!(null));
    assert_eq!(
        cli.run(&["graph", "a", "--down", "--format", "mermaid"], 0),
        "flowchart LR\n  n0(\"a\")\n  n1(\"b\")\n  n0 --> n1\n"
    );
    assert_eq!(
        cli.run(&["graph", "--format", "html", "--output", "graph.html"], 0),
        "graph of 3 objects written to graph.html\n"
    );
    let page = std::fs::read_to_string(folder.path().join("graph.html")).unwrap();
    assert!(page.starts_with("<!doctype html>") && page.trim_end().ends_with("</html>"));
    assert!(
        !page.contains("http://")
            || page.matches("http://").count() == page.matches("http://www.w3.org/2000/svg").count()
    );
    let written = cli.json(&["graph", "--format", "svg", "-o", "graph.svg"], 0);
    assert_eq!(written, json!({"file": "graph.svg", "objects": 3}));
    let error = cli.run(&["graph", "--output", "no/such/folder.txt"], 2);
    assert!(error.starts_with("error: cannot write \"no/such/folder.txt\": "), "{error}");
    let error = cli.run(&["graph", "bb"], 2);
    assert_eq!(error, "error: no object of project \"app\" is called \"bb\"\n");
    // The database is asked only with --check.
    let checked = cli.run(&["graph", "--check"], 0);
    assert!(checked.contains("public.c  [missing: new in sql/views/c.sql]"), "{checked}");
}
