//! The public face: every name that an application can write, with signatures, stands in `golden/public_face.txt`. Whoever changes
//! it changes that list, too.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::layers::imports::expand;
use crate::layers::sources;
use crate::support::golden::golden;

/// A file of the library, in lines.
struct File {
    module: String,
    text: String,
}

impl File {
    /// From a line at the margin to the one that closes it.
    fn item(&self, start: usize) -> impl Iterator<Item = &str> {
        self.text.lines().skip(start).take_while(|line| *line != "}")
    }

    fn defines(&self, name: &str) -> Option<usize> {
        let begins = |line: &str| {
            ["pub struct ", "pub enum "].iter().any(|word| {
                let rest = line.strip_prefix(word).and_then(|rest| rest.strip_prefix(name));
                rest.is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
            })
        };
        self.text.lines().position(begins)
    }

    /// Whether it knows the type of this name that another file defines.
    fn imports(&self, name: &str) -> bool {
        self.defines(name).is_none() && self.text.contains(name)
    }
}

fn files(root: &Path) -> Vec<File> {
    let file = |path: PathBuf| {
        let module = path.strip_prefix(root).unwrap().with_extension("");
        let module = module.to_str().unwrap().replace(['/', '\\'], "::");
        let module = module.strip_suffix("::mod").unwrap_or(&module).to_owned();
        let text = fs::read_to_string(&path).unwrap();
        let text = text.split("#[cfg(test)]\nmod tests").next().unwrap().to_owned();
        File { module, text }
    };
    sources(root).into_iter().map(file).collect()
}

/// The names that a text re-exports, as (module that has it, name).
fn exports(text: &str, module: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for part in text.split("pub use ").skip(1) {
        let path = part[..part.find(';').unwrap()].split_whitespace().collect::<String>();
        let mut leaves = Vec::new();
        expand(&path, &mut leaves);
        found.extend(leaves.iter().map(|leaf| {
            let leaf = leaf.strip_prefix("crate::").unwrap_or(leaf);
            match leaf.rsplit_once("::") {
                Some((from, name)) => {
                    (from.strip_prefix("self::").unwrap_or(from).to_owned(), name.to_owned())
                }
                None => (module.to_owned(), leaf.to_owned()),
            }
        }));
    }
    found
}

/// A signature, from `fn` on and without its body.
fn signature(lines: &[&str]) -> String {
    let text = lines.join(" ");
    let end = text.find(" {").or_else(|| text.find(';')).unwrap_or(text.len());
    let words: Vec<&str> = text[..end].split_whitespace().collect();
    words.join(" ").replace("( ", "(").replace(", )", ")")
}

/// What belongs to a type: its public fields or its variants, and its public methods.
fn members(all: &[File], home: &str, name: &str, found: &mut BTreeSet<String>, shown: &str) {
    let own = |file: &&File| file.module == home || file.module.starts_with(&format!("{home}::"));
    let Some(file) = all.iter().filter(own).find(|file| file.defines(name).is_some()) else { return };
    let start = file.defines(name).unwrap();
    let head = file.text.lines().nth(start).unwrap();
    found.insert(shown.to_owned());
    if head.ends_with('{') {
        for line in
            file.item(start).skip(1).filter(|line| line.starts_with("    ") && !line.starts_with("     "))
        {
            let line = line.trim();
            let variant = head.starts_with("pub enum") && line.starts_with(|c: char| c.is_ascii_uppercase());
            let field = line.strip_prefix("pub ").filter(|field| !field.starts_with('('));
            if let Some(field) = field {
                found.insert(format!("{shown}.{}", field.trim_end_matches(',')));
            } else if variant {
                found.insert(format!("{shown}::{}", line.trim_end_matches([',', ' ', '{'])));
            }
        }
    }
    for other in all.iter().filter(|other| std::ptr::eq(*other, file) || other.imports(name)) {
        let lines: Vec<&str> = other.text.lines().collect();
        for (number, line) in lines.iter().enumerate() {
            let of = line
                .strip_prefix("impl")
                .map(|rest| rest.trim_start_matches(|c| c != '>').trim_start_matches('>').trim());
            let plain = line.strip_prefix("impl ");
            let ours = plain.or(of).is_some_and(|rest| {
                rest.strip_prefix(name).is_some_and(|rest| rest.starts_with(" {") || rest.starts_with('<'))
            });
            if !ours {
                continue;
            }
            let block: Vec<&str> = other.item(number).collect();
            for (at, line) in block.iter().enumerate() {
                let hidden = at > 0 && block[at - 1].trim() == "#[doc(hidden)]";
                if !hidden && let Some(rest) = line.strip_prefix("    pub fn ") {
                    let mut lines = vec![rest];
                    lines.extend(block[at + 1..].iter().take_while(|_| !rest.contains('{')));
                    found.insert(format!("{shown}::{}", signature(&lines)));
                }
            }
        }
    }
}

/// The functions and types that stand at the margin of a module's own file.
fn own(all: &[File], module: &str, found: &mut BTreeSet<String>) {
    let file = all.iter().find(|file| file.module == module).unwrap();
    let shown = module.rsplit("::").next().unwrap();
    let lines: Vec<&str> = file.text.lines().collect();
    for (number, line) in lines.iter().enumerate() {
        if let Some(rest) = line.strip_prefix("pub fn ") {
            let mut text = vec![rest];
            text.extend(lines[number + 1..].iter().take_while(|_| !rest.contains('{')));
            found.insert(format!("{shown}::{}", signature(&text)));
        }
        let name = line.strip_prefix("pub struct ").or(line.strip_prefix("pub enum "));
        if let Some(name) = name {
            let name: String = name.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            members(all, module, &name, found, &format!("{shown}::{name}"));
        }
    }
}

#[test]
fn the_public_face_is_what_the_list_says() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let all = files(&root);
    let front = all.iter().find(|file| file.module == "lib").unwrap();
    let front = front.text.split("#[doc(hidden)]").next().unwrap();
    let mut found = BTreeSet::from(["embed!".to_owned()]);
    let mut at_root = front.to_owned();
    for part in front.split("pub mod ").skip(1) {
        let name: String = part.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        let body = match part[name.len()..].strip_prefix(" {") {
            Some(inline) => inline[..inline.find("\n}").unwrap()].to_owned(),
            None => {
                own(&all, &name, &mut found);
                all.iter().find(|file| file.module == name).unwrap().text.clone()
            }
        };
        at_root = at_root.replace(&body, "");
        for (home, item) in exports(&body, &name) {
            let home =
                if all.iter().any(|file| file.module == home) { home } else { format!("{name}::{home}") };
            members(&all, &home, &item, &mut found, &format!("{name}::{item}"));
        }
    }
    for (home, item) in exports(&at_root, "") {
        if item.starts_with(|c: char| c.is_ascii_uppercase()) {
            members(&all, &home, &item, &mut found, &item);
        } else if all.iter().any(|file| file.module == format!("{home}::{item}")) {
            own(&all, &format!("{home}::{item}"), &mut found);
        } else {
            found.insert(item);
        }
    }
    let mut list: String = found.into_iter().collect::<Vec<_>>().join("\n");
    list.push('\n');
    golden("public_face.txt", &list);
}
