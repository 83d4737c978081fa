//! The page of the graph, in headless Chromium.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use viewkeeper::graph::{Follow, Graph};

use crate::support::browser::Browser;
use crate::support::{Files, project};

/// What the tests do on the page.
const HANDS: &str = r##"
const byId = (id) => document.getElementById(id);
const nodes = JSON.parse(byId("graph").textContent).nodes;
const with_ = (name) => [...document.querySelectorAll("#scene .node")].filter((node) => node.classList.contains(name))
  .map((node) => nodes[Number(node.id.slice(1))].object).sort();
const press = (element, key) => element.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
const click = (object) => {
  const node = byId("n" + nodes.findIndex((node) => node.object === object)), box = node.getBoundingClientRect();
  const [clientX, clientY] = [box.left + box.width / 2, box.top + box.height / 2];
  const target = document.elementFromPoint(clientX, clientY);
  // A pointer that no hand moves cannot be captured.
  byId("picture").setPointerCapture = () => {};
  for (const type of ["pointerdown", "pointerup"])
    target.dispatchEvent(new PointerEvent(type, { pointerId: 1, button: 0, buttons: 1, clientX, clientY, bubbles: true }));
};
const type = (text) => { byId("search").focus(); byId("search").value = text; byId("search").dispatchEvent(new Event("input")); };
const frame = () => new Promise((done) => setTimeout(done, 50));
"##;

fn some() -> Files {
    project("page")
        .file("migrations/V1__t.sql", "create table t (id int primary key, name text);\n")
        .file("views/a.sql", "create view a as select id, name from t;\n")
        .file("views/b.sql", "create view b as select id from a;\n")
        .file("views/c.sql", "create materialized view c as select id from b;\n")
        .file("views/d.sql", "create view d as select b.id from b join c on b.id = c.id;\n")
        .file("views/other.sql", "create view other as select name from t;\n")
        .file("functions/f.sql", "create function f() returns int language plpgsql as $$ begin return (select count(*) from a); end $$;\n")
}

fn graph_of(project: &Files) -> Graph {
    project.migrator().project().graph()
}

fn on(browser: &Browser, project: &Files, fragment: &str, script: &str) -> Value {
    browser.run(&graph_of(project).html(), fragment, &format!("{HANDS}{script}"))
}

/// The names that the library finds around an object.
fn around(project: &Files, name: &str, follow: Follow) -> BTreeSet<String> {
    let graph = graph_of(project).only([name], follow).unwrap();
    graph.nodes.iter().map(|node| node.object.to_string()).collect()
}

fn names(value: &Value) -> BTreeSet<String> {
    value.as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_click_lights_exactly_what_is_upstream_and_downstream_and_shows_the_definition() {
    let Some(browser) = Browser::find() else { return };
    let answer = on(
        &browser,
        &some(),
        "",
        r##"click("public.b"); await frame();
        return { on: with_("on"), up: with_("up"), down: with_("down"), self: with_("self"), counts: byId("counts").textContent,
          definition: byId("definition").textContent, panel: byId("panel").textContent, hash: location.hash,
          faint: getComputedStyle(byId("n" + nodes.findIndex((node) => node.object === "public.other"))).opacity };"##,
    );
    assert_eq!(names(&answer["on"]), around(&some(), "b", Follow::Both));
    assert_eq!(answer["self"], json!(["public.b"]));
    assert_eq!(answer["up"], json!(["public.a"]));
    assert_eq!(answer["down"], json!(["public.c", "public.d"]));
    assert_eq!(answer["counts"], "stands on 1 object, and 2 objects on it");
    assert_eq!(answer["definition"], "create view b as select id from a;");
    assert!(answer["panel"].as_str().unwrap().contains("sql/views/b.sql:1"), "{answer}");
    assert_eq!(answer["hash"], "#object=public.b");
    assert!(answer["faint"].as_str().unwrap().parse::<f64>().unwrap() < 0.5, "{answer}");
}

#[test]
fn links_in_the_panel_and_keys_lead_along_the_edges_and_back() {
    let Some(browser) = Browser::find() else { return };
    let answer = on(
        &browser,
        &some(),
        "#object=public.d",
        r##"const chosen = () => byId("chosen") && !byId("panel").hidden ? byId("chosen").textContent : null, way = [chosen()];
        const link = (name) => [...document.querySelectorAll("#panel li button")].find((button) => button.textContent.startsWith(name)).click();
        link("b"); way.push(chosen());
        press(document.activeElement, "ArrowLeft"); way.push(chosen());
        link("f()"); way.push(chosen());
        press(document.activeElement, "Escape"); way.push(chosen());
        return { way, lit: with_("on") };"##,
    );
    assert_eq!(answer["way"], json!(["public.d", "public.b", "public.a", "public.f()", null]));
    assert_eq!(answer["lit"], json!([]));
}

#[test]
fn search_finds_lists_and_jumps() {
    let Some(browser) = Browser::find() else { return };
    let answer = on(
        &browser,
        &some(),
        "",
        r##"press(document.body, "/"); const focused = document.activeElement.id; type("oth");
        const hits = with_("hit"), listed = [...document.querySelectorAll("#found [role=option]")].map((item) => item.textContent);
        press(byId("search"), "Enter"); await frame();
        const after = { chosen: byId("chosen").textContent, hits: with_("hit") };
        type("nothing like it"); const none = byId("found").textContent;
        return { focused, hits, listed, after, none };"##,
    );
    assert_eq!(answer["focused"], "search");
    assert_eq!(answer["hits"], json!(["public.other"]));
    assert_eq!(answer["listed"], json!(["other"]));
    assert_eq!(answer["after"], json!({"chosen": "public.other", "hits": []}));
    assert_eq!(answer["none"], "nothing is called so");
}

#[test]
fn the_view_moves_and_zooms_and_filters_hide() {
    let Some(browser) = Browser::find() else { return };
    let answer = on(
        &browser,
        &some(),
        "",
        r##"const zoom = () => Number(/scale\((.*)\)/.exec(byId("scene").getAttribute("transform"))[1]), start = zoom();
        byId("picture").dispatchEvent(new WheelEvent("wheel", { deltaY: -200, clientX: 300, clientY: 300, bubbles: true, cancelable: true }));
        const closer = zoom();
        press(document.body, "0"); const again = zoom();
        document.querySelector("[data-kind=view]").click();
        const off = with_("off");
        click("public.c"); press(document.activeElement, "f"); await frame();
        const shown = [...document.querySelectorAll("#scene .node")].filter((node) => getComputedStyle(node).display !== "none").length;
        return { start, closer, again, off, shown };"##,
    );
    assert!(answer["closer"].as_f64().unwrap() > answer["start"].as_f64().unwrap(), "{answer}");
    assert_eq!(answer["again"], answer["start"]);
    assert_eq!(answer["off"], json!(["public.a", "public.b", "public.d", "public.other"]));
    assert_eq!(answer["shown"], around(&some(), "c", Follow::Both).len());
}

#[test]
fn no_text_of_the_project_becomes_a_part_of_the_page() {
    let Some(browser) = Browser::find() else { return };
    let evil = "</script><script>document.title='taken'</script><!-- <script> {{script}} <img src=x onerror=document.title='taken'>";
    let project = project("evil")
        .file("migrations/V1__t.sql", "create table t (id int primary key);\n")
        .file(
            "views/a.sql",
            &format!("create view a as select id, '{evil}'::text as said from t;\n")
                .replace("='taken'", "=1"),
        )
        .file(
            "views/b.sql",
            "create view \"<img src=x onerror=document.title=1>&amp;\" as select id from a;\n",
        );
    let answer = on(
        &browser,
        &project,
        "#object=public.a",
        r##"await frame(); return { title: document.title, scripts: document.scripts.length, images: document.images.length,
          definition: byId("definition").textContent, names: nodes.map((node) => node.label),
          labels: [...document.querySelectorAll(".label")].map((label) => label.textContent) };"##,
    );
    assert_eq!(answer["title"], "evil · dependencies");
    // The graph, the page's own, and this test's.
    assert_eq!((&answer["scripts"], &answer["images"]), (&json!(3), &json!(0)));
    assert!(answer["definition"].as_str().unwrap().contains(&evil.replace("='taken'", "=1")), "{answer}");
    assert!(names(&answer["labels"]).contains("\"<img src=x onerror=document.title=1>&amp;\""), "{answer}");
}

#[test]
fn the_page_is_no_blank_sheet_with_ten_objects_nor_with_a_thousand() {
    let Some(browser) = Browser::find() else { return };
    let blank = browser.screenshot("<!doctype html><body></body>", "").len();
    assert!(browser.screenshot(&graph_of(&some()).html(), "#object=public.b").len() > 4 * blank);

    let many = (0..1000).fold(
        project("many").file("migrations/V1__t.sql", "create table t (id int);\n"),
        |files, number| {
            let needs: Vec<String> = match number {
                ..200 => vec!["t".to_owned()],
                _ => [number - 200, (number * 7) % (number - 100), (number * 13) % 200]
                    .map(|other| format!("v{other}"))
                    .to_vec(),
            };
            let reads: Vec<String> = needs.iter().map(|name| format!("select id from {name}")).collect();
            files.file(
                &format!("views/v{number}.sql"),
                &format!("create view v{number} as {};\n", reads.join(" union all ")),
            )
        },
    );
    let html = graph_of(&many).html();
    assert!(browser.screenshot(&html, "").len() > 10 * blank);
    let answer = browser.run(
        &html,
        "#object=public.v999&focus",
        &format!(
            "{HANDS} await frame(); const box = byId('n' + nodes.findIndex((node) => node.object === 'public.v999')).getBoundingClientRect();\n\
             return {{ map: byId('map').hidden, near: with_('near').length, high: box.height, left: box.left, right: box.right, width: innerWidth }};"
        ),
    );
    let number = |name: &str| answer[name].as_f64().unwrap();
    // What was chosen can be read, and stands in the window.
    assert!(number("high") > 9.0 && number("left") > 0.0 && number("right") < number("width"), "{answer}");
    assert!((2.0..=80.0).contains(&number("near")), "{answer}");
}

#[test]
fn states_of_the_database_are_colours_and_can_be_filtered() {
    let Some(browser) = Browser::find() else { return };
    let mut case = crate::support::Case::applied(&some());
    case.damage("drop view d; create or replace view other as select name || '!' as name from t");
    let graph = some().migrator().graph(&mut case.client).unwrap();
    let answer = browser.run(
        &graph.html(),
        "#object=public.other",
        &format!(
            "{HANDS} await frame(); document.querySelector('[data-state=in-sync]').click();\n\
             return {{ missing: with_('missing'), altered: with_('altered'), off: with_('off').length, panel: byId('panel').textContent }};"
        ),
    );
    assert_eq!(answer["missing"], json!(["public.d"]));
    assert_eq!(answer["altered"], json!(["public.other"]));
    assert_eq!(answer["off"], 4);
    assert!(answer["panel"].as_str().unwrap().contains("definition changed by hand"), "{answer}");
    case.run(&some());
    case.obeys_the_laws(&some());
}
