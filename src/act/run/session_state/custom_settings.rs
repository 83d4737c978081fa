//! Which settings a text may set, told by its words: nothing is parsed at run time.

use std::collections::BTreeSet;

use crate::words::lexeme::{Kind, lexemes, of_word};

/// The settings with a dot in their name that a text may set: by SET and RESET, also within a body or a text that is executed, or by
/// a call, of which every literal that may be such a name counts. One too many is no harm: it is only read.
pub fn custom_names(text: &str) -> BTreeSet<String> {
    let mut found = Found::default();
    found.read(text, NESTED);
    let Found { mut set, literals, calls } = found;
    if calls {
        set.extend(literals);
    }
    set
}

/// How deep texts are read that stand in a text.
const NESTED: usize = 16;

/// What a text says of settings.
#[derive(Default)]
struct Found {
    set: BTreeSet<String>,
    /// What is written as a literal, and may be a name.
    literals: Vec<String>,
    /// Something is named by which a setting is set that is named in a literal.
    calls: bool,
}

impl Found {
    fn read(&mut self, text: &str, nested: usize) {
        let tokens = tokens(text);
        for (place, token) in tokens.iter().enumerate() {
            match token {
                Token::Literal(text) => {
                    self.literals.extend(custom_name(text));
                    if nested > 0 {
                        self.read(text, nested - 1);
                    }
                }
                Token::Word(word) => match word.to_ascii_lowercase().as_str() {
                    "set" | "reset" => self.set.extend(name_at(&tokens[place + 1..])),
                    "set_config" | "pg_settings" => self.calls = true,
                    _ => {}
                },
                Token::Sign(_) => {}
            }
        }
    }
}

/// The name of a setting behind SET or RESET, however its parts are written.
fn name_at(tokens: &[Token]) -> Option<String> {
    let (scope, rest) = tokens.split_first()?;
    let Token::Word(first) = scope else { return None };
    let scoped = ["local", "session"].iter().any(|scope| first.eq_ignore_ascii_case(scope));
    let mut name = first.clone();
    let mut rest = rest;
    while let [Token::Sign('.'), Token::Word(part), more @ ..] = rest {
        name = format!("{name}.{part}");
        rest = more;
    }
    match scoped && name == *first {
        true => name_at(rest),
        false => custom_name(&name),
    }
}

/// The name of a setting as the server compares it, if no part of it is one that no setting could have.
fn custom_name(name: &str) -> Option<String> {
    let is_part =
        |part: &str| part.chars().all(of_word) && !part.starts_with(|c: char| c == '$' || c.is_ascii_digit());
    let whole = name.contains('.') && name.split('.').all(|part| !part.is_empty() && is_part(part));
    whole.then(|| name.to_ascii_lowercase())
}

/// What SQL is made of, as far as names of settings need it.
enum Token {
    /// A word, or what stands in double quotes.
    Word(String),
    /// What a literal stands for.
    Literal(String),
    Sign(char),
}

/// The tokens of a text.
fn tokens(text: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    for lexeme in lexemes(text) {
        let token = match lexeme.kind {
            Kind::Space | Kind::Comment => continue,
            Kind::Word | Kind::Name => Token::Word(lexeme.value()),
            Kind::Literal | Kind::Dollars => Token::Literal(lexeme.value()),
            Kind::Sign => Token::Sign(lexeme.text.chars().next().unwrap_or_default()),
        };
        match (token, tokens.last_mut()) {
            // Literals in lines that follow each other are one.
            (Token::Literal(more), Some(Token::Literal(literal))) => literal.push_str(&more),
            (token, _) => tokens.push(token),
        }
    }
    tokens
}

/// Whether a word is this one, also where it is qualified.
fn word_is(word: &str, wanted: &str) -> bool {
    word.rsplit('.').next().is_some_and(|last| last.eq_ignore_ascii_case(wanted))
}

/// Whether a text may set something: what has none of these words is no statement that does, and calls nothing that could.
pub fn may_set(text: &str) -> bool {
    let words = [
        "set",
        "reset",
        "set_config",
        "discard",
        "load",
        "do",
        "call",
        "select",
        "execute",
        "insert",
        "copy",
    ];
    text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '.'))
        .any(|word| words.iter().any(|wanted| word_is(word, wanted)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_that_no_library_defined_are_found_by_their_names() {
        let text = "set app.tenant = 'x';\nSET LOCAL app.Role TO 'y';\nselect set_config('a.b.c', 'z', true),\n\
                    pg_catalog.set_config ( 'one.two', '', false);\nupdate t set work_mem = 1; reset all";
        let found = custom_names(text);
        assert_eq!(Vec::from_iter(found), ["a.b.c", "app.role", "app.tenant", "one.two"]);
    }

    #[test]
    fn a_name_is_read_however_it_is_written() {
        for text in [
            "set \"app\".\"tenant\" = 'w'",
            "set app.\"tenant\" = 'w'",
            "set \"app\".tenant = 'w'",
            "set \"app.tenant\" = 'w'",
            "set app . tenant = 'w'",
            "set/* a /* b */ ' */app--'\n.\ntenant to 'w'",
            "SET SESSION APP.\"Tenant\" TO w",
            "set local app.tenant = 'w'",
            "set U&\"\\0061pp\".U&\"ten\\+000061nt\" = 'w'",
            "reset\"app\".\"tenant\"",
            "select set_config('app.tenant', 'w', false)",
            "select set_config(E'app.tenant', 'w', false)",
            "select set_config(e'app\\056\\x74en\\u0061nt', 'w', false)",
            "select set_config(U&'app\\002Etenant', 'w', false)",
            "select set_config(N'app.tenant', 'w', false)",
            "select set_config($$app.tenant$$, 'w', false)",
            "select \"set_config\"($a$app.tenant$a$, 'w', false)",
            "select set_config('app.'\n  'tenant', 'w', false)",
            "select set_config(cast('app.tenant' as text), 'w', false)",
            "select set_config(is_local => false, new_value => 'w', setting_name => 'APP.tenant')",
            "select set_config(n, 'w', false) from (values ('app.tenant')) v (n)",
            "update pg_settings set setting = 'w' where name = 'app.tenant'",
            "do $$ begin set app.tenant = 'w'; end $$",
            "do $a$ begin execute 'set \"app\".tenant = ''w'''; end $a$",
            "do 'begin perform set_config(''app.tenant'', ''w'', false); end'",
            "do $$ begin execute 'select set_config($1, $2, false)' using 'app.tenant', 'w'; end $$",
            "select 'it''s', \"a\"\"b\", $1, 'x'; set app.tenant = 'w'",
            "set app.tenant = 'w",
        ] {
            assert_eq!(Vec::from_iter(custom_names(text)), ["app.tenant"], "{text}");
        }
        for text in [
            "select 'app.tenant'",
            "-- set app.tenant = 1",
            "update t set a = b.c",
            "set x = '",
            "$a",
            "e'\\",
            "set",
            "/*",
            "u&",
            "é$é$",
        ] {
            assert!(custom_names(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn a_text_that_only_makes_tables_sets_nothing() {
        assert!(!may_set("create table settings (id int);\nalter table settings add asset text;"));
        assert!(may_set("create table t as SELECT f()"));
    }
}
