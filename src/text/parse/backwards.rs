//! The part of a migration that takes it back, as other tools mark it in the same file. Here it would run forward.

use squawk_lexer::{TokenKind, tokenize};

/// The tools that such a comment names before it says `down`, with options after it: goose, sql-migrate, micrate, dbmate, rambler,
/// and those that write as they do.
const TOOLS: [&str; 6] = ["goose", "migrate", "micrate", "rambler", "sqlx", "dbmate"];

/// What is all that such a comment says: MyBatis and others, Play, shmig, node-pg-migrate, tern.
const SAYS: [&str; 6] =
    ["undo", "downs", "down", "down migration", "migration down", "create above / drop below"];

/// The byte where the comment begins that marks it.
pub fn section(text: &str) -> Option<usize> {
    let mut start = 0;
    for token in tokenize(text) {
        let end = start + token.len as usize;
        let comment = matches!(token.kind, TokenKind::LineComment | TokenKind::BlockComment { .. });
        if comment && text.get(start..end).is_some_and(marks) {
            return Some(start);
        }
        start = end;
    }
    None
}

fn marks(comment: &str) -> bool {
    let words: Vec<&str> = comment.split_whitespace().collect();
    let said = words.join(" ").to_lowercase();
    let said = said.trim_matches(|c: char| !c.is_alphanumeric());
    SAYS.contains(&said) || TOOLS.iter().any(|tool| said.strip_prefix(tool).is_some_and(says_down))
}

/// Whether what stands behind the name of a tool says `down`: after a colon, a space or both.
fn says_down(behind: &str) -> bool {
    let word = behind.trim_start_matches([':', ' ']);
    let rest = word.strip_prefix("down").filter(|_| word != behind);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_marks_of_other_tools_are_known() {
        for mark in [
            "-- +goose Down",
            "--+goose down",
            "-- +migrate Down notransaction",
            "-- +micrate Down",
            "-- migrate:down",
            "-- migrate:down transaction:false",
            "-- migrate: down",
            "-- migrate : down",
            "-- Migrate: Down",
            "--migrate:down;",
            "-- sqlx:down",
            "-- sqlx: down",
            "-- +migrate Down",
            "-- +migrate down",
            "-- +goose: down",
            "-- dbmate:down",
            "/* migrate: down */",
            "-- rambler down",
            "--@UNDO",
            "-- //@UNDO",
            "-- !Downs",
            "-- ==== DOWN ====",
            "-- Down Migration",
            "---- create above / drop below ----",
            "/* undo */",
        ] {
            assert_eq!(section(&format!("create table t ();\n{mark}\ndrop table t;\n")), Some(19), "{mark}");
            assert_eq!(section(&format!("create table t ();\r\n{mark}")), Some(20), "{mark}");
        }
    }

    #[test]
    fn what_only_speaks_of_it_is_left_alone() {
        for text in [
            "-- scale down the load\nselect 1;",
            "-- +goose Up\n-- migrate:up\nselect 1;",
            "select '\n-- migrate:down\n';",
            "do $$ begin\n-- down\nend $$;",
            "-- undo is not possible\n",
            "-- +goose downstairs\n",
            "-- migratedown\n",
            "-- sqlx: download\n",
            "-- migrate the data down to one row\n",
            "",
        ] {
            assert_eq!(section(text), None, "{text}");
        }
    }
}
