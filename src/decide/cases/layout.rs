//! JSON as people write it: what fits into a line stands in one.

use serde_json::Value;

/// As long as a line gets.
const WIDTH: usize = 120;

pub fn text(value: &Value) -> String {
    indented(value, 0)
}

fn indented(value: &Value, depth: usize) -> String {
    let line = spaced(value);
    if 2 * depth + line.len() <= WIDTH {
        return line;
    }
    let (inner, outer) = ("  ".repeat(depth + 1), "  ".repeat(depth));
    match value {
        Value::Array(members) => {
            let members = members.iter().map(|member| format!("{inner}{}", indented(member, depth + 1)));
            format!("[\n{}\n{outer}]", members.collect::<Vec<_>>().join(",\n"))
        }
        Value::Object(members) => {
            let members = members.iter().map(|(key, member)| {
                format!("{inner}{}: {}", Value::from(key.as_str()), indented(member, depth + 1))
            });
            format!("{{\n{}\n{outer}}}", members.collect::<Vec<_>>().join(",\n"))
        }
        plain => plain.to_string(),
    }
}

/// All in one line, with spaces where people put them.
fn spaced(value: &Value) -> String {
    match value {
        Value::Array(members) => format!("[{}]", members.iter().map(spaced).collect::<Vec<_>>().join(", ")),
        Value::Object(members) if members.is_empty() => "{}".to_owned(),
        Value::Object(members) => {
            let members = members
                .iter()
                .map(|(key, member)| format!("{}: {}", Value::from(key.as_str()), spaced(member)));
            format!("{{ {} }}", members.collect::<Vec<_>>().join(", "))
        }
        plain => plain.to_string(),
    }
}
