//! The operators of a statement, which the server looks up along the search_path as it does functions.

use squawk_syntax::{SyntaxKind, SyntaxNode};

use super::written_name::fold;

/// Those that are written with their schema: `operator(other.=)`.
pub fn operators(statement: &SyntaxNode) -> Vec<(String, String)> {
    let calls = statement.descendants().filter(|node| node.kind() == SyntaxKind::OPERATOR_CALL);
    calls.filter_map(|call| qualified(&call.text().to_string())).collect()
}

/// A name begins before the dot, and no operator has one in it.
fn qualified(call: &str) -> Option<(String, String)> {
    let (_, inner) = call.split_once('(')?;
    let (schema, operator) = inner.strip_suffix(')')?.rsplit_once('.')?;
    Some((fold(schema.trim()), operator.trim().to_owned()))
}

/// Whether the server looks up an operator for the statement: where one stands, or where JOIN, IN, CASE or BETWEEN means one.
pub fn compares(statement: &SyntaxNode) -> bool {
    statement.descendants_with_tokens().any(|element| {
        matches!(
            element.kind(),
            SyntaxKind::BIN_EXPR
                | SyntaxKind::PREFIX_EXPR
                | SyntaxKind::BETWEEN_EXPR
                | SyntaxKind::CASE_EXPR
                | SyntaxKind::JOIN_USING_CLAUSE
                | SyntaxKind::NATURAL_KW
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operator_is_read_with_its_schema() {
        let read = |text| qualified(text).map(|(schema, operator)| format!("{schema} {operator}"));
        assert_eq!(read("operator(other.=)").as_deref(), Some("other ="));
        assert_eq!(read("OPERATOR ( \"My Own\" . <=> )").as_deref(), Some("My Own <=>"));
        assert_eq!(read("operator(=)"), None);
    }
}
