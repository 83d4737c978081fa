//! Days in the life of a project: what people, files and migrations do to its objects. Each scenario is a file in
//! `tests/scenarios/`, named for what is true in it, and a test that can be run alone.

use std::collections::BTreeSet;
use std::fs;

use crate::support::scenario::{folder, read};

/// A test for each file.
macro_rules! scenarios {
    ($($noun:ident { $($fact:ident)* })*) => {
        const LISTED: &[&str] = &[$($(concat!(stringify!($noun), "/", stringify!($fact), ".scn"),)*)*];
        $(mod $noun {
            $(#[test]
            fn $fact() {
                crate::support::scenario::play(concat!(stringify!($noun), "/", stringify!($fact), ".scn"));
            })*
        })*
    };
}

scenarios! {
    attachments {
        a_renamed_view_gets_what_its_file_states_from_then_on
        an_index_that_a_person_changed_is_healed_alone
        an_index_that_the_file_changes_is_made_anew_alone
        an_option_that_the_file_changes_is_set_alone
    }
    containers {
        a_schema_that_a_migration_renames_keeps_its_objects
        a_schema_that_a_person_renames_is_refused
        a_table_that_a_migration_renames_keeps_its_trigger
        a_table_that_a_person_renames_keeps_its_trigger
        a_table_that_a_person_swaps_gets_its_trigger
        a_table_that_becomes_partitioned_gets_its_trigger
        a_table_that_goes_to_another_schema_leaves_its_trigger_behind
        a_table_that_takes_the_place_of_another_gets_its_trigger
        a_trigger_and_its_view_that_a_person_moves_are_moved_back
        one_that_another_took_the_name_of_is_nobodys
        two_names_that_a_person_exchanged_are_exchanged_back
    }
    drift {
        a_dropped_index_is_drift_of_its_materialized_view
        a_dropped_trigger_is_drift
        a_function_with_another_body_is_drift
        a_function_with_another_volatility_is_drift
        a_materialized_view_that_was_altered_is_healed_and_stays_empty
        a_materialized_view_that_was_dropped_renamed_moved_or_replaced_is_back
        a_materialized_view_with_another_query_is_drift
        a_renamed_column_of_a_materialized_view_is_drift
        a_trigger_on_another_event_is_drift
        each_property_of_a_function_that_is_altered_by_hand_is_healed
    }
    materialized_views {
        a_renamed_one_stays_itself_with_its_indexes
        a_retired_one_is_dropped_by_the_next_release
        a_view_becomes_materialized_and_a_view_again
        a_view_with_a_trigger_becomes_materialized
        names_in_quotes_are_rebuilt_with_all_that_belongs_to_them
        one_that_is_made_without_rows_is_rebuilt_without_rows
        one_that_was_there_and_differs_is_rebuilt
        one_that_was_there_and_is_equal_is_only_recorded
        two_of_one_name_in_two_schemas_are_rebuilt_together
        words_that_say_what_is_so_anyway_are_only_recorded
    }
    migrations {
        a_column_changes_its_type_below_a_materialized_view
        a_column_changes_its_type_below_a_materialized_view_that_changes_too
        a_column_changes_its_type_below_a_triggers_condition
        a_column_changes_its_type_below_an_atomic_body
        a_column_goes_that_no_file_reads_any_more
        a_column_that_a_file_still_reads_cannot_go
        a_domain_that_is_replaced_under_its_name_is_the_new_one
        a_foreign_view_follows_the_name_of_a_table_that_is_renamed_away
        a_function_goes_that_a_view_no_longer_calls
        a_function_of_a_file_that_a_migration_drops_is_made_again
        a_label_that_is_renamed_is_renamed_in_what_compares_with_it
        a_materialized_view_with_a_row_of_its_table_follows
        a_row_type_of_a_table_that_is_replaced_is_the_new_one
        a_trigger_that_a_person_disabled_stays_so_when_its_table_is_swapped
        a_type_that_is_replaced_under_its_name_is_the_new_one
    }
    rebuilds {
        a_check_constraint_comes_back_with_the_function_it_calls
        a_columns_default_comes_back_with_the_function_it_calls
        a_foreign_view_over_a_function_of_a_views_rows_comes_back
        a_generated_column_comes_back_with_the_function_it_calls
        a_policy_comes_back_with_the_function_it_calls
        a_retired_view_that_fits_its_new_base_stays_for_a_release
        a_trigger_comes_back_with_the_function_of_its_condition
        an_index_of_a_person_on_a_column_that_goes_refuses_the_rebuild
        an_index_of_a_person_that_a_rebuilt_function_does_not_fit_refuses
        an_index_of_a_table_comes_back_with_the_function_it_calls
        an_operator_and_an_aggregate_come_back_with_their_function
        another_owner_and_grants_stay
        rows_that_break_a_key_of_a_person_refuse_the_rebuild
        rows_that_break_a_key_of_the_file_refuse_the_rebuild
        storage_statistics_and_indexes_of_a_person_stay
        what_others_made_on_a_materialized_view_comes_back_filled
    }
    routines {
        a_body_in_quotes_follows_the_view_whose_rows_it_takes
        a_default_of_an_argument_follows_what_it_calls
        a_function_in_language_internal_is_replaced_in_place
        a_path_from_current_is_the_projects
        a_routine_that_becomes_another_kind_is_rebuilt
        an_argument_that_is_renamed_rebuilds_what_calls_it
        an_atomic_body_follows_a_view_that_gains_a_column
        an_overload_gets_another_argument_and_the_other_stays
        an_overload_that_a_migration_made_is_replaced
        an_overload_that_takes_a_new_views_rows_is_made_after_the_view
        an_owner_that_the_file_states_survives_replace_and_rebuild
        other_out_arguments_rebuild_routines_and_what_calls_them
        overloads_that_cannot_be_told_apart_refuse
        overloads_that_change_together_keep_what_is_theirs
        overloads_that_exchange_families_keep_what_is_theirs
        polymorphic_functions_and_aggregates_change_like_others
        two_overloads_exchange_their_bodies
        what_no_file_states_goes_when_what_it_calls_takes_other_arguments
    }
    rows {
        a_body_in_plpgsql_reads_the_changed_materialized_view
        a_body_that_qualifies_a_changed_view_reads_the_new_one
        a_body_with_a_path_of_its_own_reads_the_changed_view
        a_change_reaches_one_on_another_through_a_view
        a_changed_body_reads_the_view_that_is_new_with_it
        a_changed_one_has_the_rows_of_the_function_replaced_with_it
        a_changed_one_has_the_rows_of_the_view_replaced_two_below
        a_changed_one_has_the_rows_of_the_view_replaced_with_it
        a_cte_hides_a_table_or_view_of_its_name
        a_rebuilt_one_that_is_refreshed_by_hand_only_has_the_new_rows
        a_replaced_function_rebuilds_nothing_above_it
        an_atomic_body_reads_the_changed_view
        one_that_reads_by_name_is_filled_once_the_new_view_has_the_name
        one_that_was_dropped_by_hand_is_filled_from_the_healed_view
    }
    triggers {
        a_clone_that_a_person_disabled_stays_so
        a_constraint_trigger_is_rebuilt_and_stays_disabled
        a_renamed_trigger_stays_disabled
        a_retired_trigger_on_a_rebuilt_view_stays_and_goes
        a_trigger_follows_its_view_that_is_renamed
        a_trigger_on_a_partitioned_table_fires_alike_on_every_partition
        a_trigger_that_went_with_its_view_or_function_is_back
        every_part_of_a_trigger_is_replaced_in_place
        names_in_quotes_are_found_in_another_schema
        triggers_and_routines_that_were_there_are_adopted
        triggers_of_one_name_on_two_tables_change_together
        triggers_on_a_rebuilt_view_come_back
        what_a_file_states_no_more_fires_again
        what_a_file_states_of_a_trigger_leaves_a_partition
    }
}

#[test]
fn each_file_is_a_test() {
    let nouns = fs::read_dir(folder()).unwrap().map(|noun| noun.unwrap().path());
    let files = nouns.flat_map(|noun| fs::read_dir(noun).unwrap()).map(|file| file.unwrap().path());
    let files = files.map(|file| file.strip_prefix(folder()).unwrap().to_str().unwrap().replace('\\', "/"));
    let listed: BTreeSet<String> = LISTED.iter().map(|file| (*file).to_owned()).collect();
    similar_asserts::assert_eq!(listed: listed, there: files.collect::<BTreeSet<String>>());
}

#[test]
fn each_file_begins_with_a_sentence() {
    for file in LISTED {
        let text = read(file);
        let first = text.lines().next().unwrap_or_default();
        let sentence = first.starts_with(char::is_uppercase) && first.ends_with('.') && first.contains(' ');
        assert!(sentence, "tests/scenarios/{file} begins with {first:?}");
    }
}
