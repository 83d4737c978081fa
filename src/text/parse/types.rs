//! Types as PostgreSQL writes them, so that `f(int)` and `f(INTEGER)` are one function.

use squawk_lexer::{TokenKind, tokenize};

use super::written_name::fold;
use crate::words::name::identifier;

/// What `format_type` prints for a type that is written so, without its modifiers: `int4` is `integer`, `varchar(20)[]`
/// is `character varying[]`. A type that is not built in stays as written.
pub fn normal(text: &str) -> String {
    let tokens = tokens(text);
    let mut tokens = tokens.as_slice();
    if let [(TokenKind::Ident, word), rest @ ..] = tokens
        && word.eq_ignore_ascii_case("setof")
    {
        tokens = rest;
    }
    let mut parts = Vec::new();
    while let [(kind @ (TokenKind::Ident | TokenKind::QuotedIdent { .. }), word), rest @ ..] = tokens {
        parts.push((*kind == TokenKind::Ident, fold(word)));
        tokens = rest;
        match tokens {
            [(TokenKind::Dot, _), rest @ ..] => tokens = rest,
            _ => break,
        }
    }
    let words: Vec<String> = tokens.iter().map(|(_, word)| word.to_ascii_lowercase()).collect();
    let has = |word: &str| words.iter().any(|other| other == word);
    let name = match parts.as_slice() {
        [] => text.trim().to_owned(),
        [(true, name)] => {
            keyword(name, &words).or_else(|| built_in(name)).unwrap_or_else(|| identifier(name))
        }
        [(_, name)] => built_in(name).unwrap_or_else(|| identifier(name)),
        [.., (_, schema), (_, name)] if schema == "pg_catalog" => {
            built_in(name).unwrap_or_else(|| identifier(name))
        }
        [.., (_, schema), (_, name)] => format!("{}.{}", identifier(schema), identifier(name)),
    };
    // All arrays of a type are one type, however many dimensions are written.
    if has("[") || has("array") { format!("{name}[]") } else { name }
}

fn tokens(text: &str) -> Vec<(TokenKind, &str)> {
    let mut start = 0;
    let mut tokens = Vec::new();
    for token in tokenize(text) {
        let end = start + token.len as usize;
        let trivia = matches!(
            token.kind,
            TokenKind::Whitespace | TokenKind::LineComment | TokenKind::BlockComment { .. } | TokenKind::Eof
        );
        if !trivia {
            tokens.extend(text.get(start..end).map(|word| (token.kind, word)));
        }
        start = end;
    }
    tokens
}

/// The types that SQL's grammar knows by words of their own; `after` is what follows the first.
fn keyword(name: &str, after: &[String]) -> Option<String> {
    let has = |word: &str| after.iter().any(|other| other == word);
    let name = match name {
        "int" => "integer",
        "dec" | "decimal" => "numeric",
        "double" if has("precision") => "double precision",
        "float" => {
            let digits = after.iter().find_map(|word| word.parse::<u8>().ok());
            if digits.is_some_and(|digits| digits <= 24) { "real" } else { "double precision" }
        }
        "char" | "character" | "nchar" | "national" if has("varying") => "character varying",
        "char" | "character" | "nchar" | "national" => "character",
        "bit" if has("varying") => "bit varying",
        "timestamp" if has("with") => "timestamp with time zone",
        "time" if has("with") => "time with time zone",
        "integer" | "bigint" | "smallint" | "real" | "boolean" => name,
        _ => return None,
    };
    Some(name.to_owned())
}

/// The types that `format_type` calls otherwise than `pg_type` does, or that are keywords and not quoted all the same.
fn built_in(name: &str) -> Option<String> {
    let name = match name {
        "int2" => "smallint",
        "int4" => "integer",
        "int8" => "bigint",
        "float4" => "real",
        "float8" => "double precision",
        "bool" => "boolean",
        "varchar" => "character varying",
        "bpchar" => "character",
        // The type of one byte, which is not the keyword's.
        "char" => "\"char\"",
        "varbit" => "bit varying",
        "timestamp" => "timestamp without time zone",
        "timestamptz" => "timestamp with time zone",
        "time" => "time without time zone",
        "timetz" => "time with time zone",
        "bit" | "numeric" | "interval" | "json" => name,
        _ => return None,
    };
    Some(name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_written_as_the_server_writes_them() {
        let cases = [
            ("int", "integer"),
            ("INT4", "integer"),
            ("pg_catalog.int4", "integer"),
            ("int[]", "integer[]"),
            ("int array[3]", "integer[]"),
            ("integer[3][]", "integer[]"),
            ("dec(3)", "numeric"),
            ("numeric(10, 2)", "numeric"),
            ("float", "double precision"),
            ("float(24)", "real"),
            ("float(25)", "double precision"),
            ("float4", "real"),
            ("double  precision", "double precision"),
            ("char(2)", "character"),
            ("\"char\"", "\"char\""),
            ("pg_catalog.char", "\"char\""),
            ("bpchar", "character"),
            ("national character varying(3)", "character varying"),
            ("varchar(20)[]", "character varying[]"),
            ("bit(3)", "bit"),
            ("varbit", "bit varying"),
            ("timestamp(3)", "timestamp without time zone"),
            ("timestamp (3) with time zone", "timestamp with time zone"),
            ("timestamptz[]", "timestamp with time zone[]"),
            ("timetz", "time with time zone"),
            ("time", "time without time zone"),
            ("interval day to second(3)", "interval"),
            ("bool", "boolean"),
            ("text", "text"),
            ("JSON", "json"),
            ("pg_catalog.text", "text"),
            ("\"any\"", "\"any\""),
            ("App.Gene /* of the project */", "app.gene"),
            ("app.\"A b\"(3)[]", "app.\"A b\"[]"),
        ];
        for (written, expected) in cases {
            assert_eq!(normal(written), expected, "{written}");
        }
    }
}
