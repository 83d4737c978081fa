//! Text that somebody chose, written for where it goes: names, comments, messages and queries are data in every output. A
//! file for each place that needs more than its control characters shown; identifiers and literals of SQL are quoted in
//! `words/name.rs`.

#[cfg(feature = "run")]
mod dot;
#[cfg(feature = "run")]
mod file_name;
#[cfg(feature = "run")]
mod json;
mod line;
#[cfg(feature = "run")]
mod markdown;
#[cfg(feature = "run")]
mod mermaid;
#[cfg(feature = "cli")]
mod xml;

#[cfg(feature = "run")]
pub use dot::dot;
#[cfg(feature = "run")]
pub use file_name::{FileNames, file_name};
#[cfg(feature = "cli")]
pub use json::json;
#[cfg(feature = "run")]
pub use json::quoted;
#[cfg(feature = "build")]
pub use line::cargo;
pub use line::{Line, Lines, is_command};
#[cfg(feature = "run")]
pub use line::{block, continued, line};
pub(crate) use line::{row, said};
#[cfg(feature = "run")]
pub use markdown::{code, markdown};
#[cfg(feature = "run")]
pub use mermaid::mermaid;
#[cfg(feature = "cli")]
pub use xml::xml;

#[cfg(all(test, feature = "cli"))]
mod tests {
    use super::*;
    use crate::words::name::identifier;
    use crate::words::name::literal;

    /// A text, and what becomes of it in each output.
    struct Row {
        text: &'static str,
        line: &'static str,
        identifier: &'static str,
        literal: &'static str,
        xml: &'static str,
        dot: &'static str,
        mermaid: &'static str,
        markdown: &'static str,
        json: &'static str,
        file_name: &'static str,
    }

    const TABLE: [Row; 10] = [
        Row {
            text: "genes",
            line: "genes",
            identifier: "genes",
            literal: "'genes'",
            xml: "genes",
            dot: "\"genes\"",
            mermaid: "genes",
            markdown: "genes",
            json: "\"genes\"",
            file_name: "genes",
        },
        Row {
            text: "y\r;alter role m superuser;--",
            line: r"y\r;alter role m superuser;--",
            identifier: "\"y\r;alter role m superuser;--\"",
            literal: r" E'y\r;alter role m superuser;--'",
            xml: r"y\r;alter role m superuser;--",
            dot: r#""y\\r;alter role m superuser;--""#,
            mermaid: "y#92;r#59;alter role m superuser#59;--",
            markdown: r"y\\r;alter role m superuser;--",
            json: r#""y\r;alter role m superuser;--""#,
            file_name: "y_alter_role_m_superuser_--",
        },
        Row {
            text: "a\nb\u{85}c\u{2028}d\u{2029}e\u{b}f\u{c}g",
            line: r"a\nb\u{85}c\u{2028}d\u{2029}e\u{b}f\u{c}g",
            identifier: "\"a\nb\u{85}c\u{2028}d\u{2029}e\u{b}f\u{c}g\"",
            literal: "'a\nb\u{85}c\u{2028}d\u{2029}e\u{b}f\u{c}g'",
            xml: r"a\nb\u{85}c\u{2028}d\u{2029}e\u{b}f\u{c}g",
            dot: r#""a\\nb\\u{85}c\\u{2028}d\\u{2029}e\\u{b}f\\u{c}g""#,
            mermaid: "a#92;nb#92;u#123;85#125;c#92;u#123;2028#125;d#92;u#123;2029#125;e#92;u#123;b#125;f#92;u#123;c#125;g",
            markdown: r"a\\nb\\u{85}c\\u{2028}d\\u{2029}e\\u{b}f\\u{c}g",
            json: r#""a\nb\u0085c\u2028d\u2029e\u000bf\fg""#,
            file_name: "a_b_c_d_e_f_g",
        },
        Row {
            text: "\u{1b}]0;x\u{7}\u{9b}31m\u{7f}",
            line: r"\u{1b}]0;x\u{7}\u{9b}31m\u{7f}",
            identifier: "\"\u{1b}]0;x\u{7}\u{9b}31m\u{7f}\"",
            literal: "'\u{1b}]0;x\u{7}\u{9b}31m\u{7f}'",
            xml: r"\u{1b}]0;x\u{7}\u{9b}31m\u{7f}",
            dot: r#""\\u{1b}]0;x\\u{7}\\u{9b}31m\\u{7f}""#,
            mermaid: "#92;u#123;1b#125;#93;0#59;x#92;u#123;7#125;#92;u#123;9b#125;31m#92;u#123;7f#125;",
            markdown: r"\\u{1b}\]0;x\\u{7}\\u{9b}31m\\u{7f}",
            json: r#""\u001b]0;x\u0007\u009b31m\u007f""#,
            file_name: "0_x_31m",
        },
        Row {
            text: "\u{202e}abc\u{2066}",
            line: r"\u{202e}abc\u{2066}",
            identifier: "\"\u{202e}abc\u{2066}\"",
            literal: "'\u{202e}abc\u{2066}'",
            xml: r"\u{202e}abc\u{2066}",
            dot: r#""\\u{202e}abc\\u{2066}""#,
            mermaid: "#92;u#123;202e#125;abc#92;u#123;2066#125;",
            markdown: r"\\u{202e}abc\\u{2066}",
            json: r#""\u202eabc\u2066""#,
            file_name: "abc",
        },
        // What is not seen is shown; letters, marks and emoji stay.
        Row {
            text: "a\u{200b}\u{e0041}\u{fe0f}b👩é",
            line: r"a\u{200b}\u{e0041}\u{fe0f}b👩é",
            identifier: "\"a\u{200b}\u{e0041}\u{fe0f}b👩é\"",
            literal: "'a\u{200b}\u{e0041}\u{fe0f}b👩é'",
            xml: r"a\u{200b}\u{e0041}\u{fe0f}b👩é",
            dot: r#""a\\u{200b}\\u{e0041}\\u{fe0f}b👩é""#,
            mermaid: "a#92;u#123;200b#125;#92;u#123;e0041#125;#92;u#123;fe0f#125;b👩é",
            markdown: r"a\\u{200b}\\u{e0041}\\u{fe0f}b👩é",
            json: r#""a\u200b\udb40\udc41\ufe0fb👩é""#,
            file_name: "a_b_é",
        },
        Row {
            text: r#"it's "a\b""#,
            line: r#"it's "a\b""#,
            identifier: r#""it's ""a\b""""#,
            literal: r#" E'it''s "a\\b"'"#,
            xml: r"it&#39;s &quot;a\b&quot;",
            dot: r#""it's \"a\\b\"""#,
            mermaid: "it's #34;a#92;b#34;",
            markdown: r#"it's "a\\b""#,
            json: r#""it's \"a\\b\"""#,
            file_name: "it_s_a_b",
        },
        Row {
            text: "</script><b>&amp;`*_[x](y)|%%{init}",
            line: "</script><b>&amp;`*_[x](y)|%%{init}",
            identifier: "\"</script><b>&amp;`*_[x](y)|%%{init}\"",
            literal: "'</script><b>&amp;`*_[x](y)|%%{init}'",
            xml: "&lt;/script&gt;&lt;b&gt;&amp;amp;`*_[x](y)|%%{init}",
            dot: "\"</script><b>&amp;`*_[x](y)|%%{init}\"",
            mermaid: "#60;/script#62;#60;b#62;#38;amp#59;#96;#42;_#91;x#93;(y)#124;#37;#37;#123;init#125;",
            markdown: r"&lt;/script>&lt;b>&amp;amp;\`\*\_\[x\](y)\|%%{init}",
            json: r#""</script><b>&amp;`*_[x](y)|%%{init}""#,
            file_name: "script_b_amp___x_y_init",
        },
        Row {
            text: "../../.ssh/Con",
            line: "../../.ssh/Con",
            identifier: "\"../../.ssh/Con\"",
            literal: "'../../.ssh/Con'",
            xml: "../../.ssh/Con",
            dot: "\"../../.ssh/Con\"",
            mermaid: "../../.ssh/Con",
            markdown: "../../.ssh/Con",
            json: "\"../../.ssh/Con\"",
            file_name: "ssh_Con",
        },
        Row {
            text: "COM1",
            line: "COM1",
            identifier: "\"COM1\"",
            literal: "'COM1'",
            xml: "COM1",
            dot: "\"COM1\"",
            mermaid: "COM1",
            markdown: "COM1",
            json: "\"COM1\"",
            file_name: "COM1_",
        },
    ];

    #[test]
    fn a_text_is_data_wherever_it_goes() {
        for row in &TABLE {
            let text = row.text;
            assert_eq!(line(text), row.line);
            assert_eq!(Line(text).to_string(), row.line);
            assert_eq!(identifier(text), row.identifier);
            assert_eq!(literal(text), row.literal);
            assert_eq!(xml(text), row.xml);
            assert_eq!(dot(text), row.dot);
            assert_eq!(mermaid(text), row.mermaid);
            assert_eq!(markdown(text), row.markdown);
            assert_eq!(quoted(text), row.json);
            assert_eq!(file_name(text), row.file_name);
            // What is written by its number is the same text to a program.
            assert_eq!(serde_json::from_str::<String>(&quoted(text)).unwrap(), text);
        }
    }

    #[test]
    fn what_is_not_ours_stands_behind_a_bar() {
        assert_eq!(block("  ", "a\n  help: b\r\n"), "\n  | a\n  |   help: b\\r");
        assert_eq!(continued("    ", "a\nb"), "a\n    | b");
        assert_eq!(continued("    ", ""), "");
    }

    #[test]
    fn lines_and_tabs_of_a_text_stay() {
        assert_eq!(Lines("a\n\tb\r\u{85}").to_string(), "a\n\tb\\r\\u{85}");
        #[cfg(feature = "build")]
        assert_eq!(cargo("a\n\tb\rcargo::warning=x"), "a\\n\tb\\rcargo::warning=x");
    }

    #[test]
    fn nothing_ends_code() {
        assert_eq!(markdown("V1__a_b _c_ __"), r"V1__a_b \_c\_ \_\_");
        assert_eq!(code("app.v"), "`app.v`");
        assert_eq!(code("a`b``c|d\n"), r"``` a`b``c\|d\n ```");
    }

    #[test]
    fn a_path_is_given_out_once() {
        let mut names = FileNames::default();
        let given = ["views/A", "views/a", "views/a", "views/b"].map(|path| names.free(path.to_owned()));
        assert_eq!(given, ["views/A", "views/a-2", "views/a-3", "views/b"]);
        for device in ["con", "Aux", "NUL", "lpt9", "com¹"] {
            assert_eq!(file_name(device), format!("{device}_"));
        }
        assert_eq!(["", "...", "computer", "com10"].map(file_name), ["_", "_", "computer", "com10"]);
        assert!(file_name(&"é".repeat(200)).len() <= 80);
    }
}
