//! Syntax errors: one for each statement, in the words that one would like to read.

use squawk_syntax::syntax_error::SyntaxError;
use squawk_syntax::{Parse, SourceFile, SyntaxKind, SyntaxNode};

use crate::text::parse::problem::Problem;
use crate::words::nearest::nearest;
use crate::words::span::Span;

/// The first error of each broken statement, and where the broken statements are. The parser's errors come in
/// cascades; all but the first only follow from it.
pub fn problems(text: &str, parse: &Parse<SourceFile>) -> (Vec<Problem>, Vec<Span>) {
    let errors = parse.errors();
    if errors.is_empty() {
        return (Vec::new(), Vec::new());
    }
    let tokens = Tokens::new(text, &parse.syntax_node());
    let mut errors: Vec<(usize, String)> = errors
        .into_iter()
        .map(|error| (offset(&error), error.message().to_owned()))
        .filter(|(offset, _)| !tokens.inside_of_string(*offset))
        .collect();
    errors.sort_by_key(|(offset, _)| *offset);
    let copied = tokens.copied_data();
    let mut problems = Vec::new();
    let mut broken: Vec<Span> = Vec::new();
    for statement in tokens.statements() {
        let before = |end: usize| errors.partition_point(|(offset, _)| *offset < end);
        let here = &errors[before(statement.start)..before(statement.end)];
        if let Some((first, _)) = here.first() {
            let messages: Vec<&str> = here
                .iter()
                .filter(|(offset, _)| offset == first)
                .map(|(_, message)| message.as_str())
                .collect();
            // They do not overlap: the last one that begins before it.
            let data = copied.partition_point(|data| data.start < statement.start).checked_sub(1);
            if data.is_none_or(|data| copied[data].end < statement.start) {
                problems.push(tokens.problem(statement, *first, &messages));
            }
            broken.push(statement);
        }
    }
    (problems, broken)
}

fn offset(error: &SyntaxError) -> usize {
    error.range().start().into()
}

struct Token<'t> {
    kind: SyntaxKind,
    text: &'t str,
    start: usize,
}

impl Token<'_> {
    fn end(&self) -> usize {
        self.start + self.text.len()
    }
}

/// The tokens of a text that are neither spaces nor comments.
struct Tokens<'t> {
    text: &'t str,
    tokens: Vec<Token<'t>>,
}

impl<'t> Tokens<'t> {
    fn new(text: &'t str, root: &SyntaxNode) -> Self {
        let tokens = root
            .descendants_with_tokens()
            .filter_map(|element| element.into_token())
            .filter(|token| !token.kind().is_trivia())
            .map(|token| {
                let start = usize::from(token.text_range().start());
                let text = text.get(start..start + token.text().len()).unwrap_or("");
                Token { kind: token.kind(), text, start }
            })
            .collect();
        Tokens { text, tokens }
    }

    /// From semicolon to semicolon; the last one reaches past the end, where errors about what is missing are.
    fn statements(&self) -> Vec<Span> {
        let mut statements = Vec::new();
        let mut start = 0;
        for token in self.tokens.iter().filter(|token| token.kind == SyntaxKind::SEMICOLON) {
            statements.push(Span { start, end: token.end() });
            start = token.end();
        }
        statements.push(Span { start, end: self.text.len() + 1 });
        statements
    }

    /// Errors inside of function bodies are left to the server: squawk's grammar of PL/pgSQL refuses valid ones.
    fn inside_of_string(&self, offset: usize) -> bool {
        let index = self.tokens.partition_point(|token| token.start < offset);
        let before = index.checked_sub(1).and_then(|index| self.tokens.get(index));
        before.is_some_and(|token| {
            let string = matches!(
                token.kind,
                SyntaxKind::STRING
                    | SyntaxKind::ESC_STRING
                    | SyntaxKind::UNICODE_ESC_STRING
                    | SyntaxKind::DOLLAR_QUOTED_STRING
            );
            string && offset < token.end()
        })
    }

    /// The lines after COPY FROM STDIN up to `\.`: the statement itself is reported.
    fn copied_data(&self) -> Vec<Span> {
        let copies = self.tokens.iter().filter(|token| token.kind == SyntaxKind::STDIN_KW);
        let mut data: Vec<Span> = Vec::new();
        for start in copies.map(Token::end) {
            if data.last().is_none_or(|last| last.end < start) {
                let end = self.text[start..].find("\n\\.").map_or(self.text.len(), |length| start + length);
                data.push(Span { start, end });
            }
        }
        data
    }

    fn at_or_after(&self, offset: usize) -> Option<usize> {
        let index = self.tokens.partition_point(|token| token.start < offset);
        (index < self.tokens.len()).then_some(index)
    }

    fn problem(&self, statement: Span, offset: usize, messages: &[&str]) -> Problem {
        let message = messages[0];
        let next = self.at_or_after(offset);
        let begin = self.at_or_after(statement.start);
        if let Some(problem) = next.and_then(|next| self.backslash_command(next)) {
            return problem;
        }
        if let Some(problem) = unterminated(offset, message) {
            return problem;
        }
        if messages.iter().any(|message| message.ends_with("expected R_PAREN")) {
            return self.unclosed(statement, offset);
        }
        if let Some(problem) = next.and_then(|next| self.misspelt_word(message, next, begin)) {
            return problem;
        }
        if message.starts_with("expected command, found") {
            return match next.map(|index| &self.tokens[index]) {
                Some(token) if next == begin => {
                    Problem::new(token.start, format!("\"{}\" does not begin a statement", token.text))
                }
                Some(token) => {
                    Problem::new(token.start, format!("syntax error at or near \"{}\"", token.text))
                }
                None => Problem::new(offset, "the statement is not complete"),
            };
        }
        if message == "missing comma" {
            return Problem::new(next.map_or(offset, |next| self.before_item(next, offset)), "missing comma");
        }
        if message == "expected COMMA" {
            return Problem {
                message: "missing \",\" or \")\"".to_owned(),
                ..self.unclosed(statement, offset)
            };
        }
        if message == "Missing semicolon between statements" {
            return Problem::new(offset, "missing semicolon between two statements");
        }
        let found = message.contains(", found ") || message.contains(", got ");
        let place = next.filter(|_| found).map_or(offset, |index| self.tokens[index].start);
        Problem::new(place, translated(message, next.map(|index| self.tokens[index].text)))
    }

    /// A backslash command: psql's own, which no server understands.
    fn backslash_command(&self, index: usize) -> Option<Problem> {
        let token = &self.tokens[index];
        let rest = &self.text[token.start..];
        let command = rest.lines().next()?.strip_prefix('\\')?;
        let name: String = command.chars().take_while(|c| !c.is_whitespace()).collect();
        let problem = Problem::new(
            token.start,
            format!("\"\\{name}\" is a command of psql, which the server does not know"),
        );
        Some(match name.as_str() {
            "restrict" | "unrestrict" => problem.help("pg_dump writes this line for psql: remove it"),
            "i" | "ir" | "include" | "include_relative" => {
                problem.help("each file stands by itself: put the statements of the other file here, or into a file of their own")
            }
            _ => problem.help("remove it, or write it in SQL"),
        })
    }

    /// In `a count(*)` the parser takes `count` for the name of `a`, and misses a comma after it; it is before it.
    fn before_item(&self, next: usize, offset: usize) -> usize {
        match (next.checked_sub(2).and_then(|before| self.tokens.get(before)), self.tokens.get(next)) {
            (Some(before), Some(Token { kind: SyntaxKind::L_PAREN, .. })) => before.end(),
            _ => offset,
        }
    }

    fn unclosed(&self, statement: Span, offset: usize) -> Problem {
        let mut open = Vec::new();
        let begin = self.tokens.partition_point(|token| token.start < statement.start);
        for token in self.tokens[begin..].iter().take_while(|token| token.start < offset) {
            match token.kind {
                SyntaxKind::L_PAREN => open.push(token.start),
                SyntaxKind::R_PAREN => {
                    open.pop();
                }
                _ => {}
            }
        }
        let problem = Problem::new(offset, "missing \")\"");
        match open.pop() {
            Some(open) => problem.and(open),
            None => problem,
        }
    }

    /// A word near the error that is almost a keyword: `FRM account`, `account whre x`, `create vew`.
    fn misspelt_word(&self, message: &str, next: usize, begin: Option<usize>) -> Option<Problem> {
        let begin = begin?;
        let first = &self.tokens[begin];
        let expected = message.strip_prefix("expected ").and_then(|word| word.strip_suffix("_KW"));
        let expected: Vec<&str> = expected.into_iter().collect();
        let candidates: Vec<(usize, &[&str])> = if next == begin && first.kind == SyntaxKind::CREATE_KW {
            vec![(begin + 1, OBJECTS), (begin + 2, OBJECTS)]
        } else if next == begin {
            vec![(begin, COMMANDS)]
        } else {
            vec![(next, &expected), (next, CLAUSES), (next - 1, CLAUSES)]
        };
        let words = candidates.into_iter().filter(|(index, _)| *index >= begin);
        words.into_iter().find_map(|(index, known)| {
            let token = self.tokens.get(index).filter(|token| token.kind == SyntaxKind::IDENT)?;
            let near = nearest(token.text, known.iter().copied())?.to_uppercase();
            let problem = Problem::new(token.start, format!("syntax error at or near \"{}\"", token.text));
            Some(problem.help(format!("did you mean {near}?")))
        })
    }
}

const CLAUSES: &[&str] = &[
    "from", "where", "join", "group", "order", "having", "limit", "offset", "union", "select", "distinct",
    "inner", "left", "right", "cross", "full", "using", "values", "window", "between", "case", "when",
    "then", "else",
];
const COMMANDS: &[&str] = &[
    "create", "select", "comment", "grant", "revoke", "alter", "drop", "insert", "update", "delete", "with",
];
const OBJECTS: &[&str] = &[
    "view",
    "table",
    "index",
    "function",
    "materialized",
    "trigger",
    "replace",
    "schema",
    "sequence",
    "type",
    "unique",
];

fn unterminated(offset: usize, message: &str) -> Option<Problem> {
    let what = match message {
        message if message.contains("string literal") && is_unterminated(message) => "this string",
        message if message.contains("quoted identifier") && is_unterminated(message) => "this quoted name",
        message if message.contains("block comment") && is_unterminated(message) => "this comment",
        _ => return None,
    };
    Some(Problem::new(offset, format!("{what} is not closed")))
}

fn is_unterminated(message: &str) -> bool {
    message.starts_with("Missing trailing") || message.starts_with("Unterminated")
}

/// The parser's message with its token names replaced by what one would write.
fn translated(message: &str, next: Option<&str>) -> String {
    let mut text = String::new();
    let message = message.replace("from item", "a table or a subquery");
    for (index, word) in message.trim_end_matches('.').split(' ').enumerate() {
        if index > 0 {
            text.push(' ');
        }
        text.push_str(&token_name(word).unwrap_or_else(|| word.replace('`', "\"")));
    }
    // What was found is shown as it is written, not as the parser calls it.
    if let (Some((expected, _)), Some(next)) =
        (text.split_once(", found ").or_else(|| text.split_once(", got ")), next)
    {
        text = format!("{expected}, found \"{next}\"");
    }
    let mut letters = text.chars();
    match (letters.next(), letters.next()) {
        (Some(first), Some(second)) if second.is_lowercase() => {
            first.to_lowercase().chain([second]).chain(letters).collect()
        }
        _ => text,
    }
}

/// `R_PAREN` is `")"`, `END_KW` is `END`.
fn token_name(word: &str) -> Option<String> {
    if let Some(keyword) = word.strip_suffix("_KW") {
        return Some(keyword.to_owned());
    }
    let sign = match word {
        "L_PAREN" => "(",
        "R_PAREN" => ")",
        "L_BRACK" => "[",
        "R_BRACK" => "]",
        "L_CURLY" => "{",
        "R_CURLY" => "}",
        "COMMA" => ",",
        "SEMICOLON" => ";",
        "COLON" => ":",
        "DOT" => ".",
        "EQ" => "=",
        "STAR" => "*",
        "PLUS" => "+",
        "MINUS" => "-",
        "SLASH" => "/",
        "L_ANGLE" => "<",
        "R_ANGLE" => ">",
        "IDENT" => return Some("a name".to_owned()),
        "STRING" => return Some("a string".to_owned()),
        "INT_NUMBER" | "NUMERIC_NUMBER" => return Some("a number".to_owned()),
        "EOF" => return Some("the end of the file".to_owned()),
        _ => return None,
    };
    Some(format!("\"{sign}\""))
}
