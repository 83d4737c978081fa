//! The planner's cases: files of a project and facts in, a plan out, and no server. Each stands in `tests/planner/`, named for what
//! is true in it.
//!
//! A case holds the project's files (`@file path`), the facts as JSON (`@facts`), which state only what matters to it (see
//! `fill.rs`), and what follows (`@then`): the plan, what is asked first, or the error. What `viewkeeper plan --facts` writes can be
//! pasted: with UPDATE_EXPECT=1 the facts are written in their shortest form, and what follows anew.

mod fill;
mod layout;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::{env, fs};

use serde_json::Value;

use super::decision::Decision;
use super::facts::Facts;
use super::next::{Next, next};
use super::question::Question;
use crate::set::collect::{Source, bundle};
use crate::set::project::Project;

/// One test a case, and one that fails for a file that is none of them.
macro_rules! cases {
    ($($name:ident)*) => {
        const NAMES: &[&str] = &[$(stringify!($name)),*];
        $(#[test] fn $name() { play(stringify!($name)); })*
    };
}

cases! {
    a_changed_body_is_replaced_in_place
    a_changed_file_asks_for_shadows_first
    a_changed_materialized_view_is_built_beside
    a_column_added_by_hand_is_healed_by_a_rebuild
    a_column_in_the_middle_rebuilds_and_breaks_nothing
    a_column_renamed_by_hand_is_renamed_back
    a_comment_in_the_file_changes_nothing
    a_comment_of_the_file_is_healed
    a_comment_that_the_file_no_longer_states_is_removed
    a_default_of_the_file_is_healed
    a_different_object_is_adopted_by_a_replace
    a_disabled_trigger_is_enabled
    a_dropped_view_is_made_again
    a_file_that_says_materialized_makes_it_so
    a_first_run_makes_everything_in_order
    a_foreign_materialized_view_is_put_back_and_filled
    a_foreign_view_that_uses_a_lost_column_refuses
    a_function_used_by_a_check_is_put_back_with_it
    a_grant_of_a_person_is_kept
    a_grant_of_the_file_is_healed
    a_grant_that_the_file_no_longer_states_is_revoked
    a_lost_column_rebuilds_and_breaks_the_old_release
    a_missing_right_on_a_schema_is_named
    a_new_file_makes_a_view
    a_rebuild_asks_for_dependents
    a_rebuild_leaves_its_siblings
    a_rebuild_puts_foreign_dependents_back
    a_rebuild_puts_grants_and_comments_back
    a_rebuild_puts_rules_triggers_and_defaults_back
    a_rebuild_takes_managed_dependents_along
    a_refused_shadow_asks_for_a_second_round
    a_renamed_argument_rebuilds_the_function
    a_renamed_column_of_the_file_rebuilds
    a_replace_in_place_keeps_an_option_of_a_person
    a_replaced_view_is_healed_in_place
    a_retired_view_that_no_longer_fits_goes
    a_retired_view_that_somebody_changed_stays
    a_role_without_temporary_cannot_compare
    a_rollback_drops_what_that_release_does_not_hold
    a_rule_of_the_file_is_healed
    a_run_that_cannot_compare_refuses
    a_standby_cannot_compare
    a_table_below_changed_and_nothing_shows
    a_text_that_prints_otherwise_is_asked_about
    a_text_that_prints_otherwise_once_is_the_same
    a_trigger_of_the_file_is_healed
    a_trigger_on_a_partition_of_its_table_is_rebuilt
    a_trigger_renamed_by_hand_is_renamed_back
    a_trigger_that_a_person_disabled_stays_so
    a_trigger_whose_table_was_renamed_refuses
    a_trigger_whose_table_was_swapped
    a_view_in_a_schema_that_was_renamed_by_hand_refuses
    a_view_made_materialized_by_hand_is_made_a_view
    a_view_moved_by_hand_is_moved_back
    a_view_on_a_rebuilt_materialized_view_is_made_again
    a_view_renamed_by_hand_is_renamed_back
    a_view_that_a_person_dropped_and_another_took_the_name_of
    a_view_that_became_a_table_refuses
    a_view_whose_file_is_gone_is_retired
    a_view_whose_name_another_took_by_hand
    a_view_whose_schema_was_renamed_with_its_file
    an_appended_column_is_replaced_in_place
    an_appended_column_reaches_select_star_above
    an_equal_object_is_adopted_without_ddl
    an_index_of_a_materialized_view_is_healed
    an_index_of_a_person_on_a_rebuilt_materialized_view_is_kept
    an_index_that_the_file_no_longer_states_is_dropped
    an_object_of_a_stranger_is_not_adopted
    an_object_of_an_extension_refuses
    an_object_of_another_project_refuses
    an_option_of_the_file_is_healed
    an_option_that_the_file_no_longer_states_is_reset
    an_owner_of_the_file_is_healed
    an_owner_whose_rights_we_lack_is_named
    another_collation_rebuilds
    another_return_type_rebuilds_the_function
    another_type_rebuilds
    columns_in_another_order_rebuild
    drift_refuse_names_what_a_person_changed
    drift_report_leaves_what_a_person_changed
    foreign_refuse_names_what_calls_a_rebuilt_function
    foreign_refuse_names_what_would_be_rebuilt
    foreign_views_are_tried_on_the_shadows
    nothing_is_asked_where_nothing_is_in_doubt
    one_text_that_uses_another_operator_is_another_view
    other_argument_types_take_the_place_of_the_old
    prune_never_keeps_it
    prune_now_drops_at_once
    renamed_from_renames_and_keeps
    renamed_from_with_another_definition
    the_next_release_drops_what_was_retired
    the_same_columns_are_replaced_in_place
    two_names_exchanged_by_hand
    what_a_migration_of_this_run_changed_is_not_drift
    what_hangs_on_a_retired_view_refuses_its_drop
    what_is_as_its_file_says_is_only_recorded
    what_is_to_be_dropped_asks_what_hangs_on_it
    what_stepped_aside_for_a_migration_is_compared
}

#[test]
fn each_file_is_a_case() {
    let files = fs::read_dir(folder()).unwrap().map(|file| file.unwrap().path());
    let files = files.filter(|file| file.extension().is_some_and(|extension| extension == "case"));
    let files: BTreeSet<String> =
        files.map(|file| file.file_stem().unwrap().to_str().unwrap().into()).collect();
    let names: BTreeSet<String> = NAMES.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(files, names);
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/planner")
}

/// A case as it stands in its file.
struct Case {
    /// What it is about, in front of the first step.
    title: String,
    files: Vec<Source>,
    facts: Value,
    then: String,
}

impl Case {
    fn read(text: &str) -> Case {
        let mut case =
            Case { title: String::new(), files: Vec::new(), facts: Value::Null, then: String::new() };
        let mut steps = format!("\n{text}").split("\n@").map(str::to_owned).collect::<Vec<_>>().into_iter();
        case.title = steps.next().unwrap_or_default().trim().to_owned();
        for step in steps {
            let (head, body) = step.split_once('\n').unwrap_or((&step, ""));
            match head.split_once(' ') {
                Some(("file", path)) => {
                    case.files.push(Source {
                        path: path.trim().to_owned(),
                        text: format!("{}\n", body.trim_end()),
                    });
                }
                None if head == "facts" => case.facts = serde_json::from_str(body).expect("@facts"),
                None if head == "then" => case.then = body.trim().to_owned(),
                _ => panic!("no step: @{head}"),
            }
        }
        case
    }

    fn written(&self) -> String {
        let Case { title, files, facts, then } = self;
        let files: String = files
            .iter()
            .map(|Source { path, text }| format!("@file {path}\n{}\n\n", text.trim_end()))
            .collect();
        let facts = layout::text(facts);
        format!("{title}\n\n{files}@facts\n{facts}\n\n@then\n{then}\n")
    }

    fn project(&self) -> Project {
        let mut files = self.files.clone();
        if !files.iter().any(|file| file.path == "viewkeeper.toml") {
            let text = "name = \"app\"\nschema = \"app\"\n".to_owned();
            files.push(Source { path: "viewkeeper.toml".to_owned(), text });
        }
        Project::new(bundle(&files, "sql", "app").unwrap_or_else(|problems| panic!("{problems:?}")), 0)
    }
}

fn play(name: &str) {
    let file = folder().join(format!("{name}.case"));
    let text = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let mut case = Case::read(&text.replace("\r\n", "\n"));
    let project = case.project();
    let filled = fill::filled(&project, case.facts.clone());
    let facts: Facts =
        serde_json::from_value(filled).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let then = match next(&project, &facts) {
        Ok(Next::Decided(decision)) => decided(&decision),
        Ok(Next::Ask(question)) => asked(&question),
        Err(error) => format!("{error:?}"),
    };
    if env::var_os("UPDATE_EXPECT").is_some() {
        case.facts = fill::shortest(&project, case.facts);
        case.then = then;
        fs::write(&file, case.written()).unwrap();
        return;
    }
    similar_asserts::assert_eq!(case.then, then.trim(), "{name}");
}

fn decided(decision: &Decision) -> String {
    let mut text = decision.plan.to_string();
    for retired in &decision.retired {
        text.push_str(&format!("\n\nrecorded as retired: {}", retired.identity));
    }
    for (from, to) in &decision.renamed {
        text.push_str(&format!("\n\nrecorded as renamed: {from} -> {to}"));
    }
    for taken in &decision.taken {
        text.push_str(&format!("\n\nno longer ours: {taken}"));
    }
    text
}

fn asked(question: &Question) -> String {
    match question {
        Question::Meanings(shadows) => format!("asks what these mean\n{}", shadows.script.text()),
        Question::IndexShadows(shadows) => {
            let scripts = shadows.iter().map(|one| one.script.text());
            format!("asks what the server makes of\n{}", scripts.collect::<String>())
        }
        Question::Shadows { shadows, may_be_refused, .. } => {
            let or = if *may_be_refused { ", which may be refused" } else { "" };
            format!("asks how shadows look{or}\n{}", shadows.script.text())
        }
        Question::Alike { unlike, before } => {
            let scripts = unlike.iter().map(|one| one.lone.0.script.text());
            let keys: Vec<&str> = unlike.iter().map(|one| one.key.as_str()).collect();
            let scripts = scripts.chain(before.as_ref().map(|before| before.script.text()));
            format!("asks whether these are alike: {}\n{}", keys.join(", "), scripts.collect::<String>())
        }
        Question::Dependents { roots, .. } => format!("asks what depends on {}", roots.join(", ")),
        Question::Fit { foreign, .. } => format!("asks whether these fit: {}", foreign.join(", ")),
        Question::Rights(questions) => format!("asks whether the role may do this\n{questions:#?}"),
        Question::Dropped { roots, .. } => format!("asks what depends on what goes: {}", roots.join(", ")),
    }
}
