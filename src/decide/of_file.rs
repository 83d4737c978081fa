//! What of a saved object is not somebody's own, because the file states it, or the text that we applied last did.

use super::needs::Need;
use crate::set::project::Object;
use crate::words::attachment::{Says, Subject};
use crate::words::name::identifier;

/// The things that our texts stated, now or when we applied them last.
#[derive(Debug, Default)]
pub struct OfFile {
    pub options: Vec<String>,
    /// Quoted.
    rules: Vec<String>,
    /// Those of them that the file makes now.
    made: Vec<String>,
    /// The rules, quoted, whose comments are stated.
    commented: Vec<String>,
    /// The columns, quoted, whose defaults are stated.
    defaults: Vec<String>,
}

impl OfFile {
    pub fn new(object: Object<'_>, need: &Need<'_>) -> Self {
        let mut of_file = OfFile { options: object.data().options.clone(), ..OfFile::default() };
        for attachment in &object.data().attachments {
            of_file.add(&attachment.says);
        }
        of_file.made.clone_from(&of_file.rules);
        if let Some(record) = need.look.and_then(|look| look.record) {
            of_file.options.extend(record.stated.options.iter().cloned());
            record.stated.attachments.iter().for_each(|one| of_file.add(&one.says));
        }
        of_file
    }

    fn add(&mut self, says: &Says) {
        match says {
            Says::Rule { name } => self.rules.push(identifier(name)),
            Says::Default { column, .. } => self.defaults.push(identifier(column)),
            Says::Comment { on: Subject::Rule(rule), .. } => self.commented.push(identifier(rule)),
            _ => {}
        }
    }

    /// Whether a statement of `sql/saved.sql` is about a rule or a default that our texts make.
    pub fn makes(&self, statement: &str) -> bool {
        about_rule(statement, &self.rules)
            || about_comment(statement, &self.rules)
            || self
                .defaults
                .iter()
                .any(|column| statement.contains(&format!(" alter column {column} set default ")))
    }

    /// Whether a statement is somebody's own comment on a rule that the file makes.
    pub fn leaves_comment(&self, statement: &str) -> bool {
        about_comment(statement, &self.made) && !about_comment(statement, &self.commented)
    }
}

/// Makes one of these rules, or says when it fires.
fn about_rule(statement: &str, rules: &[String]) -> bool {
    let made = after(statement, "create or replace rule ").or_else(|| after(statement, "create rule "));
    let fires = after(statement, "alter table ").is_some();
    rules.iter().any(|rule| {
        made.and_then(|rest| rest.strip_prefix(rule.as_str())).is_some_and(|rest| rest.starts_with(' '))
            || fires && statement.ends_with(&format!(" rule {rule}"))
    })
}

/// Comments on one of these rules.
fn about_comment(statement: &str, rules: &[String]) -> bool {
    let about = after(statement, "comment on rule ");
    let on = |rest: &str, rule: &String| {
        rest.strip_prefix(rule.as_str()).is_some_and(|rest| rest.starts_with(" on "))
    };
    about.is_some_and(|rest| rules.iter().any(|rule| on(rest, rule)))
}

/// The rest of a statement behind its first words, whatever their case.
fn after<'s>(statement: &'s str, words: &str) -> Option<&'s str> {
    let head = statement.get(..words.len())?;
    head.eq_ignore_ascii_case(words).then(|| &statement[words.len()..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_and_defaults_of_the_file_are_told_from_others() {
        let of_file = OfFile {
            rules: vec!["r".into(), "\"R 2\"".into()],
            made: vec!["r".into()],
            defaults: vec!["a".into()],
            ..OfFile::default()
        };
        let ours = [
            "CREATE RULE r AS\n    ON INSERT TO app.v DO INSTEAD NOTHING",
            "create or replace rule \"R 2\" AS ON INSERT TO app.v DO INSTEAD NOTHING",
            "alter table app.v disable rule r",
            "comment on rule r on app.v is 'x'",
            "alter view app.v alter column a set default 1",
        ];
        let others = [
            "CREATE RULE r2 AS ON INSERT TO app.v DO INSTEAD NOTHING",
            "alter table app.v disable trigger r",
            "comment on column app.v.r is 'x'",
            "alter view app.v alter column b set default 1",
        ];
        assert!(ours.iter().all(|statement| of_file.makes(statement)));
        assert!(!others.iter().any(|statement| of_file.makes(statement)));
        assert!(of_file.leaves_comment(ours[3]));
    }
}
