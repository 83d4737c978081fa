//! Every bad input is a folder under `bad/`, named by what is wrong with it; `expected.txt` is what the author of the
//! files gets to read. `UPDATE_EXPECT=1 cargo test` writes the texts anew: read them before they are committed.

use std::path::{Path, PathBuf};

use similar_asserts::assert_eq;
use viewkeeper::__private::{Source, bundle, lines, read};

use crate::inputs::{expected, inputs, listed};

fn bad() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/build/bad")
}

fn report(folder: &Path) -> String {
    match read(folder, "sql", "app") {
        Ok(_) => "no problem was found\n".to_owned(),
        Err(problems) => problems.iter().map(|problem| lines(problem).join("\n") + "\n").collect(),
    }
}

inputs! { gives_its_message:
    aggregate_in_the_old_way
    alter_table_in_an_object_file
    attachment_of_a_misspelt_object
    attachment_of_a_table
    attachment_of_another_file
    attachments_of_routines
    attachments_of_what_is_wrong_already
    begin_and_commit_in_an_object_file
    check_of_two_queries
    check_that_is_no_query
    check_that_writes
    check_without_a_query
    column_name_too_long
    create_extension_in_an_object_file
    create_index_in_an_object_file
    create_schema_in_an_object_file
    create_table_in_an_object_file
    create_type_in_an_object_file
    cycle
    cycle_by_a_directive
    cycle_of_one
    cycle_of_three
    cycle_through_routines
    directive_after_the_last_statement
    directive_before_an_attachment
    directive_depends_on_what_no_file_defines
    directive_for_other_kinds
    directive_in_a_check
    directive_in_a_migration
    directive_inside_of_a_statement
    directive_renamed_from_what_is_still_there
    directive_unknown
    directive_unknown_and_unlike_any
    directive_with_a_bad_name
    directive_without_a_name
    directives_of_routines
    do_in_an_object_file
    drop_in_an_object_file
    dropped_in_an_object_file
    duplicate_object
    duplicate_object_three_times
    early_routine_needs_a_late_object
    empty_file
    file_that_is_not_utf_8
    file_with_a_capital_ending
    file_with_only_a_comment
    folder_missing
    grant_on_all_tables
    grant_on_several_objects
    index_names_twice
    insert_in_an_object_file
    materialized_view_if_not_exists
    materialized_view_indexes
    migration_in_a_folder
    migration_in_rust
    migration_misnamed_create_genes
    migration_misnamed_v3_x
    migration_misnamed_without_a_name
    migration_name_with_a_minus
    migration_name_with_a_small_v
    migration_that_goes_back
    migration_uses_a_routine_of_a_file
    migration_uses_a_trigger_of_a_file
    migration_uses_an_object_of_a_file
    migration_uses_an_object_that_one_dropped
    migration_version_beyond_any
    migration_version_too_wide
    migration_version_with_a_dot
    migration_versions_twice
    migration_with_a_part_that_goes_back
    migration_with_an_index_built_concurrently
    migration_with_copy_from_stdin
    migration_with_psql_commands
    migration_with_transaction_control
    migration_with_what_cannot_run_in_a_transaction
    migration_without_transaction_with_an_unnamed_index
    moved_in_their_own_file
    name_too_long
    nested_too_deeply
    query_in_an_object_file
    refresh_when
    rename_in_an_object_file
    routine_argument_of_a_column_type
    routine_in_checks
    routine_twice
    routine_with_a_setting_from_current
    set_in_an_object_file
    settings_bad_toml
    settings_bad_values
    settings_path_is_no_list
    settings_path_values
    settings_schema_too_long
    settings_unknown_key
    syntax_caret_after_umlaut_and_tab
    syntax_case_without_end
    syntax_error_in_a_migration
    syntax_missing_as
    syntax_missing_comma
    syntax_missing_semicolon
    syntax_misspelt_create
    syntax_misspelt_from
    syntax_misspelt_view
    syntax_misspelt_where
    syntax_nothing_after_from
    syntax_one_error_for_each_statement
    syntax_trailing_comma
    syntax_unclosed_comment
    syntax_unclosed_name
    syntax_unclosed_parenthesis
    syntax_unclosed_string
    temporary_routine
    temporary_view
    two_cycles_with_others_between
    view_in_pg_temp
    view_that_reads_its_namesake_of_the_path
    view_that_reads_pg_temp
}

#[test]
fn each_bad_input_is_a_test() {
    listed(&bad(), INPUTS);
}

/// A bad input gives the message that one would like to get.
fn gives_its_message(name: &str) {
    let case = bad().join(name);
    let report = report(&case.join("sql"));
    assert_ne!(report, "no problem was found\n");
    expected(&case, &report);
}

fn problems(path: &str, text: &str) -> String {
    let source = Source { path: path.to_owned(), text: text.to_owned() };
    match bundle(&[source], "sql", "app") {
        Ok(_) => String::new(),
        Err(problems) => problems.iter().flat_map(lines).collect::<Vec<_>>().join("\n"),
    }
}

#[test]
fn a_caret_stands_right_after_characters_of_several_bytes_and_after_tabs() {
    assert_eq!(
        problems("views/v.sql", "create view v as\n\tselect 'é', coalesce(a from t;\n"),
        "sql/views/v.sql:2:24: missing \")\"\n  2 | \tselect 'é', coalesce(a from t;\n    | \t                      ^\n  \
         and sql/views/v.sql:2:22\n  2 | \tselect 'é', coalesce(a from t;\n    | \t                    ^"
    );
}

#[test]
fn all_problems_of_all_files_are_reported_at_once() {
    let sources = [
        ("views/a.sql", "create view a as select 1, from t;\ncreate view b as select (1;\n"),
        ("views/c.sql", "insert into t values (1);"),
        ("migrations/V1_x.sql", "begin;"),
        ("checks/d.sql", "select 1; select 2;"),
        ("viewkeeper.toml", "nmae = \"x\""),
    ];
    let sources = sources.map(|(path, text)| Source { path: path.to_owned(), text: text.to_owned() });
    let problems = bundle(&sources, "sql", "app").unwrap_err();
    let found: Vec<String> = problems.iter().map(|problem| problem.places[0].location.to_string()).collect();
    assert_eq!(
        found,
        [
            "sql/checks/d.sql:1:11",
            "sql/migrations/V1_x.sql:1:1",
            "sql/migrations/V1_x.sql:1:1",
            "sql/viewkeeper.toml:1:1",
            "sql/views/a.sql:1:26",
            "sql/views/a.sql:2:27",
            "sql/views/c.sql:1:1",
        ]
    );
}
