//! What a case leaves out: where it says nothing, an object is recorded and live as its file says, and everybody may do
//! everything.

use serde_json::{Map, Value, json};

use crate::set::project::Project;
use crate::words::identity::Identity;
use crate::words::temporary::TemporaryNames;

/// What each part of the facts holds where nobody says otherwise. A list holds what each of its members holds, `*` is each
/// value of a map, and `?` a part that may be absent. A text may stand for an object in which nothing but `=` is said.
const DEFAULTS: &str = include_str!("../../../tests/planner/defaults.json");

/// The facts, complete.
pub fn filled(project: &Project, mut facts: Value) -> Value {
    // What `plan --facts` writes holds the project, too.
    if facts.get("project").is_some() {
        facts = facts["facts"].take();
    }
    derive(project, &mut facts);
    let mut defaults: Value = serde_json::from_str(DEFAULTS).expect("tests/planner/defaults.json");
    let dependents = json!({"?": defaults["recorded"]["aside"].clone()});
    defaults["answers"]["dependents"] = dependents.clone();
    defaults["answers"]["dropped"] = dependents;
    complete(&mut facts, &defaults);
    facts
}

/// The facts without what is filled in again.
pub fn shortest(project: &Project, facts: Value) -> Value {
    let whole = filled(project, facts.clone());
    let mut short = facts.get("facts").cloned().unwrap_or(facts);
    let mut paths = Vec::new();
    places(&short, "", &mut paths);
    for path in paths {
        let mut shorter = short.clone();
        let (parent, key) = path.rsplit_once('/').unwrap_or(("", &path));
        let Some(parent) = shorter.pointer_mut(parent).and_then(Value::as_object_mut) else { continue };
        let key = key.replace("~1", "/").replace("~0", "~");
        if parent.remove(&key).is_some() && filled(project, shorter.clone()) == whole {
            short = shorter;
        }
    }
    for path in texts(&short) {
        let mut shorter = short.clone();
        let Some(place) = shorter.pointer_mut(&path) else { continue };
        *place = place["name"].take();
        if filled(project, shorter.clone()) == whole {
            short = shorter;
        }
    }
    short
}

/// The places of objects that hold nothing but a name.
fn texts(value: &Value) -> Vec<String> {
    let mut all = Vec::new();
    places(value, "", &mut all);
    let named = all.iter().filter_map(|at| at.strip_suffix("/name"));
    let lone =
        |at: &&str| value.pointer(at).and_then(Value::as_object).is_some_and(|members| members.len() == 1);
    named.filter(lone).map(str::to_owned).collect()
}

/// The places of all members of objects, the outer ones first.
fn places(value: &Value, at: &str, all: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (key, member) in members {
                let at = format!("{at}/{}", key.replace('~', "~0").replace('/', "~1"));
                all.push(at.clone());
                places(member, &at, all);
            }
        }
        Value::Array(members) => {
            members
                .iter()
                .enumerate()
                .for_each(|(index, member)| places(member, &format!("{at}/{index}"), all));
        }
        _ => {}
    }
}

/// Fills in what the defaults say.
fn complete(value: &mut Value, defaults: &Value) {
    let defaults = defaults.get("?").unwrap_or(defaults);
    if let (Value::String(text), Some(key)) = (&*value, defaults.get("=").and_then(Value::as_str)) {
        *value = json!({key: text});
    }
    match (value, defaults) {
        (Value::Object(members), Value::Object(known)) => {
            if let Some(each) = known.get("*") {
                return members.values_mut().for_each(|member| complete(member, each));
            }
            for (key, default) in known.iter().filter(|(key, _)| *key != "=") {
                let member = members.entry(key.as_str()).or_insert_with(|| absent(default));
                complete(member, default);
            }
        }
        (Value::Array(members), Value::Array(known)) => {
            if let Some(each) = known.first() {
                members.iter_mut().for_each(|member| complete(member, each));
            }
        }
        _ => {}
    }
}

/// What stands for a part of which nothing is said.
fn absent(default: &Value) -> Value {
    match default {
        Value::Array(_) => json!([]),
        Value::Object(known) if known.contains_key("?") => Value::Null,
        Value::Object(_) => json!({}),
        plain => plain.clone(),
    }
}

/// Fills in what follows from the project and from other facts.
fn derive(project: &Project, facts: &mut Value) {
    let facts = object(facts);
    entry(facts, "names", || serde_json::to_value(TemporaryNames::shown(project.name())).unwrap());
    let recorded = object(entry(facts, "recorded", || json!({})));
    let all = || project.objects().map(|object| json!({"identity": object.key()})).collect();
    for one in list(entry(recorded, "objects", all)) {
        let identity = one["identity"].as_str().unwrap_or_default().to_owned();
        let Some(record) = one.get_mut("record").and_then(Value::as_object_mut) else { continue };
        let of_file = project.find(&identity).map(|object| object.data().checksum.as_str().to_owned());
        let name = entry(record, "identity", || json!(identity)).clone();
        entry(record, "address", || name);
        entry(record, "checksum", || json!(of_file));
    }
    for one in list(entry(recorded, "others", || json!([]))) {
        let record = object(one);
        let name = record.get("identity").cloned().unwrap_or_default();
        entry(record, "address", || name);
    }
    let records = recorded["objects"].as_array().cloned().unwrap_or_default();
    let live = object(entry(facts, "live", || json!({})));
    let schema = |name: &String| json!({"name": name});
    entry(live, "schemas", || project.schemas().iter().map(schema).collect());
    for one in list(entry(live, "objects", || json!([]))) {
        let wanted = one["wanted"].as_str().unwrap_or_default().to_owned();
        let kind = project.find(&wanted).map_or("view", |object| object.kind().keyword());
        let one = object(one);
        entry(one, "address", || json!(wanted));
        entry(one, "kind", || json!(kind));
        let named = entry(one, "identity", || json!(wanted));
        if let Some(text) = named.as_str() {
            *named = serde_json::to_value(Identity::displayed(text)).unwrap();
        }
    }
    let found = live["objects"].as_array().cloned().unwrap_or_default();
    let recorded = object(entry(facts, "recorded", || json!({})));
    // What is recorded and there.
    entry(recorded, "managed", || {
        let there = |record: &Value| found.iter().find(|live| live["address"] == record["address"]).cloned();
        let managed = records.iter().filter_map(|one| {
            let record = one.get("record").filter(|record| record.is_object())?;
            let live = there(record)?;
            let kind = project.find(one["identity"].as_str()?).map(|object| object.kind())?;
            let mut managed =
                json!({"identity": record["identity"], "kind": kind, "address": record["address"]});
            for of_live in ["owner", "ours"] {
                if let Some(value) = live.get(of_live) {
                    managed[of_live] = value.clone();
                }
            }
            Some(managed)
        });
        managed.collect()
    });
}

fn object(value: &mut Value) -> &mut Map<String, Value> {
    if value.is_null() {
        *value = json!({});
    }
    value.as_object_mut().expect("an object")
}

fn list(value: &mut Value) -> &mut Vec<Value> {
    value.as_array_mut().expect("a list")
}

fn entry<'v>(of: &'v mut Map<String, Value>, key: &str, value: impl FnOnce() -> Value) -> &'v mut Value {
    of.entry(key).or_insert_with(value)
}
