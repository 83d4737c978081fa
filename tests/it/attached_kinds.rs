//! What is attached to materialized views, routines and triggers: wanted, healed, taken back, and kept where no file states it.

use viewkeeper::report::{Outcome, Verb};
use viewkeeper::{Drift, Report};

use crate::support::case::expect;
use crate::support::cases::cases;
use crate::support::{Case, Files, project as named};

fn genes() -> Files {
    named("attached_kinds").file("viewkeeper.toml", "schema = \"app\"").file(
        "migrations/V1__genes.sql",
        "create table app.genes (id bigint primary key, symbol text not null, score numeric not null);\n\
         insert into app.genes select n, 'G' || n, n from generate_series(1, 100) n;",
    )
}

/// A materialized view and what its file states beside it.
fn scores(attachments: &str) -> Files {
    with("", "select id, symbol, score from genes", attachments)
}

fn with(options: &str, query: &str, attachments: &str) -> Files {
    genes().file(
        "views/scores.sql",
        &format!("create materialized view scores {options} as {query};\n{attachments}"),
    )
}

fn function(attachments: &str) -> Files {
    let text = "create function weigh(score numeric) returns numeric language sql immutable as 'select score * 2';\n";
    genes().file("functions/weigh.sql", &format!("{text}{attachments}"))
}

fn trigger(attachments: &str) -> Files {
    genes()
        .file(
            "functions/touch.sql",
            "create function touch() returns trigger language plpgsql as 'begin return new; end'",
        )
        .file(
            "triggers/touch.sql",
            &format!(
                "create trigger touches before update on genes for each row execute function touch();\n{attachments}"
            ),
        )
}

fn applied(project: &Files) -> Case {
    let mut case = Case::new();
    for role in ["kinds_reader", "kinds_writer"] {
        case.damage(&format!(
            "do $$ begin create role {role}; exception when duplicate_object or unique_violation then null; end $$"
        ));
    }
    case.run(project);
    case
}

/// The one thing that was done is this.
fn did(report: &Report, name: &str, reason: &str) {
    expect(report, &[(Verb::Attach, name, reason)]);
}

/// What moves when the materialized view or its rows are made anew.
fn rows(case: &mut Case) -> Vec<String> {
    case.column("select oid || ' ' || relfilenode from pg_class where oid = 'app.scores'::regclass")
}

fn runs_quietly(case: &mut Case, project: &Files) {
    let report = project.migrator().drift(Drift::Refuse).run(&mut case.client).unwrap();
    assert_eq!(report.outcome, Outcome::UpToDate, "{report}");
}

const STATED: &str = "create unique index scores_key on scores (id);\n\
    create index scores_high on scores (score desc, upper(symbol));\n\
    create statistics scores_both (ndistinct) on symbol, score from scores;\n\
    comment on index scores_key is 'the key';\n";

cases! { is_healed_without_touching_the_rows:
    an_index_on_other_columns_is_healed_alone(
        "drop index app.scores_high; create index scores_high on app.scores (score)",
        "index scores_high was changed by hand",
    );
    an_index_that_is_unique_no_more_is_healed_with_its_comment(
        "drop index app.scores_key; create index scores_key on app.scores (id)",
        "comment on index scores_key was removed, index scores_key was changed by hand",
    );
    an_invalid_index_is_healed_alone(
        "update pg_index set indisvalid = false where indexrelid = 'app.scores_high'::regclass",
        "index scores_high was changed",
    );
    a_dropped_index_is_healed_alone(
        "alter index app.scores_high rename to other; drop index app.other",
        "index scores_high was dropped by hand",
    );
    statistics_of_other_kinds_are_healed_alone(
        "drop statistics app.scores_both; create statistics app.scores_both on symbol, score from app.scores",
        "statistics scores_both was changed by hand",
    );
}

fn is_healed_without_touching_the_rows(damage: &str, reason: &str) {
    let project = scores(STATED);
    let mut case = applied(&project);
    let before = rows(&mut case);
    case.damage(damage);
    case.heals(&project, &[(Verb::Attach, "scores", reason)]);
    assert_eq!(rows(&mut case), before);
    case.obeys_the_laws(&project);
}

#[test]
fn a_changed_index_is_built_before_readers_have_to_wait() {
    let mut case = applied(&scores(STATED));
    case.by_hand(
        "comment on index app.scores_high is 'mine'; comment on statistics app.scores_both is 'mine'",
    );
    case.by_hand("alter materialized view app.scores cluster on scores_high");
    case.by_hand("alter statistics app.scores_both set statistics 50");
    let before = rows(&mut case);
    let changed = STATED.replace("score desc", "score").replace("ndistinct", "dependencies");
    let project = scores(&changed);
    let plan = project.migrator().plan(&mut case.client).unwrap();
    let [action] = &plan.actions[..] else { panic!("{plan}") };
    assert_eq!(action.lock, Some("access exclusive"), "to drop the old one: {plan}");
    assert!(action.builds.iter().any(|sql| sql.starts_with("create index scores_high")), "{plan}");
    assert!(action.builds.iter().any(|sql| sql == "analyze app.scores"), "{plan}");
    assert_eq!(action.sql, ["drop index app.viewkeeper_attached_kinds_old_0_1"], "{plan}");
    let report = case.run(&project);
    did(&report, "scores", "sql/views/scores.sql now states index scores_high, statistics scores_both");
    assert_eq!(rows(&mut case), before);
    case.obeys_the_laws(&project);
}

#[test]
fn a_new_index_keeps_no_reader_waiting() {
    let mut case = applied(&scores(""));
    let project = scores(STATED);
    let mut reader = case.database.connect().unwrap();
    reader.batch_execute("begin; select count(*) from app.scores").unwrap();
    let report = case.run(&project);
    did(
        &report,
        "scores",
        "now states comment on index scores_key, index scores_high, index scores_key, statistics scores_both",
    );
    reader.batch_execute("commit").unwrap();
    case.obeys_the_laws(&project);
}

#[test]
fn what_the_file_states_no_more_is_taken_back_and_the_rest_kept() {
    let mut case = applied(&scores(STATED));
    case.by_hand("create index by_hand on app.scores (symbol); comment on index app.by_hand is 'mine'");
    case.by_hand("create statistics app.by_hand on id, score from app.scores");
    runs_quietly(&mut case, &scores(STATED));
    let before = rows(&mut case);
    let project = scores("create unique index scores_key on scores (id);\n");
    let report = case.run(&project);
    did(
        &report,
        "scores",
        "no longer states comment on index scores_key, index scores_high, statistics scores_both",
    );
    assert_eq!(rows(&mut case), before);
    case.obeys_the_laws(&project);
}

#[test]
fn with_a_new_query_everything_is_as_the_file_says_and_the_rest_kept() {
    let mut case = applied(&with("with (fillfactor = 70)", "select id, symbol, score from genes", STATED));
    case.by_hand("comment on index app.scores_high is 'mine'; create index by_hand on app.scores (symbol)");
    case.by_hand("alter materialized view app.scores cluster on scores_high");
    case.by_hand("alter materialized view app.scores set (autovacuum_enabled = false)");
    case.by_hand("comment on statistics app.scores_both is 'mine'");
    let attachments =
        STATED.replace("score desc", "score").replace("comment on index scores_key is 'the key';\n", "");
    let project = with("", "select id, symbol, score + 1 as score from genes", &attachments);
    let report = case.run(&project);
    expect(
        &report,
        &[(Verb::Rebuild, "scores", "keeps autovacuum_enabled = false, which its file does not state")],
    );
    case.obeys_the_laws(&project);
}

#[test]
fn options_are_set_without_touching_the_rows() {
    let query = "select id, symbol, score from genes";
    let mut case = applied(&with("with (fillfactor = 70, autovacuum_enabled = false)", query, ""));
    let before = rows(&mut case);
    let project = with("with (fillfactor = 80)", query, "");
    let report = case.run(&project);
    did(&report, "scores", "now states option fillfactor, and no longer option autovacuum_enabled");
    case.damage("alter materialized view app.scores reset (fillfactor)");
    case.heals(&project, &[(Verb::Attach, "scores", "option fillfactor was changed by hand")]);
    case.by_hand("alter materialized view app.scores set (parallel_workers = 2)");
    runs_quietly(&mut case, &project);
    assert_eq!(rows(&mut case), before);
    case.obeys_the_laws(&project);
}

#[test]
fn a_found_materialized_view_keeps_the_indexes_that_fit() {
    let mut case = Case::new();
    let without = genes();
    case.run(&without);
    case.damage(
        "create materialized view app.scores as select id, symbol, score from app.genes;\n\
         create unique index scores_key on app.scores using btree (id);\n\
         create index scores_high on app.scores (score);\n\
         create statistics app.scores_both (ndistinct) on symbol, score from app.scores;",
    );
    let indexes = "select oid from pg_class where relname = 'scores_key' \
                   union all select oid from pg_statistic_ext where stxname = 'scores_both'";
    let (before, known) = (rows(&mut case), case.column(indexes));
    let project = scores(STATED);
    let report = case.run(&project);
    did(&report, "scores", "found in the database, without comment on index scores_key, index scores_high");
    assert!(!report.objects[0].reason.contains("scores_both"), "{report}");
    assert_eq!((rows(&mut case), case.column(indexes)), (before, known));
    case.obeys_the_laws(&project);
}

#[test]
fn an_index_in_other_words_is_not_built_again() {
    let mut case = applied(&scores(STATED));
    let index = "select oid from pg_class where relname in ('scores_high', 'scores_key')";
    let before = case.column(index);
    let project = scores(&STATED.replace("on scores (id)", "on app.scores using btree (id asc)"));
    let report = case.run(&project);
    expect(&report, &[(Verb::Record, "scores", "the same to the server")]);
    assert_eq!(case.column(index), before);
    case.obeys_the_laws(&project);
}

#[test]
fn an_index_on_a_function_follows_it() {
    let with = |body: &str| {
        scores("create index scores_weighed on scores (weigh(score));\n").file(
            "functions/weigh.sql",
            &format!(
                "create function weigh(a numeric) returns numeric language sql immutable as 'select {body}'"
            ),
        )
    };
    let mut case = applied(&scores(""));
    let report = case.run(&with("a * 2"));
    expect(
        &report,
        &[(Verb::Create, "weigh", "new"), (Verb::Attach, "scores", "now states index scores_weighed")],
    );
    case.damage("drop function app.weigh cascade");
    let project = with("a * 2");
    let report = case.run(&project);
    expect(
        &report,
        &[
            (Verb::Create, "weigh", "dropped"),
            (Verb::Attach, "scores", "index scores_weighed was dropped by hand"),
        ],
    );
    case.obeys_the_laws(&project);
}

const OF_FUNCTION: &str = "comment on function weigh(numeric) is 'weighs';\n\
    revoke all on function weigh(numeric) from public;\n\
    grant execute on function weigh(numeric) to kinds_reader;\n";

cases! { is_healed_on_the_function:
    a_grant_on_a_function_is_healed(
        "revoke execute on function app.weigh from kinds_reader",
        "grant of execute to kinds_reader was revoked by hand",
    );
    a_revoke_on_a_function_is_healed(
        "grant execute on function app.weigh to public",
        "revoke of execute from public was undone by hand",
    );
    a_comment_on_a_function_is_healed("comment on function app.weigh is 'x'", "comment was changed by hand");
}

fn is_healed_on_the_function(damage: &str, reason: &str) {
    let project = function(OF_FUNCTION);
    let mut case = applied(&project);
    case.damage(damage);
    case.heals(&project, &[(Verb::Attach, "weigh", reason)]);
    case.by_hand("grant execute on function app.weigh to kinds_writer");
    runs_quietly(&mut case, &project);
    case.obeys_the_laws(&project);
}

#[test]
fn what_the_file_of_a_function_states_no_more_is_taken_back() {
    let mut case = applied(&function(OF_FUNCTION));
    case.by_hand("grant execute on function app.weigh to kinds_writer");
    let project = function("");
    let report = case.run(&project);
    did(
        &report,
        "weigh",
        "no longer states revoke of execute from public, grant of execute to kinds_reader, comment",
    );
    case.obeys_the_laws(&project);
}

#[test]
fn what_the_file_of_a_replaced_function_states_no_more_is_taken_back() {
    let mut case = applied(&function(OF_FUNCTION));
    case.by_hand("grant execute on function app.weigh to kinds_writer");
    let project = function("").file(
        "functions/weigh.sql",
        "create function weigh(score numeric) returns numeric language sql immutable as 'select score * 3'",
    );
    let report = case.run(&project);
    expect(
        &report,
        &[(
            Verb::Replace,
            "weigh",
            "no longer states revoke of execute from public, grant of execute to kinds_reader, comment",
        )],
    );
    case.obeys_the_laws(&project);
}

#[test]
fn an_aggregate_and_a_procedure_have_their_own() {
    let aggregate = "create aggregate hits(*) (sfunc = int8inc, stype = int8, initcond = '0');\n";
    let procedure = "create procedure tidy(inout n int) language sql as 'select n';\n";
    let with = |of_aggregate: &str, of_procedure: &str| {
        genes()
            .file("functions/hits.sql", &format!("{aggregate}{of_aggregate}"))
            .file("functions/tidy.sql", &format!("{procedure}{of_procedure}"))
    };
    let project = with(
        "comment on aggregate hits(*) is 'hits';\ngrant all on function hits() to kinds_reader;\n",
        "comment on procedure tidy(int) is 'tidy';\ngrant execute on procedure tidy(int) to kinds_reader;\n",
    );
    let mut case = applied(&project);
    case.damage(
        "comment on aggregate app.hits(*) is null; revoke all on routine app.tidy(int) from kinds_reader",
    );
    let report = case.run(&project);
    expect(
        &report,
        &[
            (Verb::Attach, "hits", "comment was removed by hand"),
            (Verb::Attach, "tidy", "grant of execute to kinds_reader was revoked by hand"),
        ],
    );
    let project = with("", "");
    let report = case.run(&project);
    expect(
        &report,
        &[
            (Verb::Attach, "hits", "no longer states grant of execute to kinds_reader, comment"),
            (Verb::Attach, "tidy", "no longer states grant of execute to kinds_reader, comment"),
        ],
    );
    case.obeys_the_laws(&project);
}

#[test]
fn when_a_trigger_fires_is_wanted_where_the_file_says_it() {
    let disabled = trigger(
        "alter table genes disable trigger touches;\ncomment on trigger touches on genes is 'touches';\n",
    );
    let mut case = applied(&disabled);
    case.damage("alter table app.genes enable always trigger touches");
    case.heals(&disabled, &[(Verb::Attach, "touches", "disabled state was changed by hand")]);
    case.damage("comment on trigger touches on app.genes is null");
    case.heals(&disabled, &[(Verb::Attach, "touches", "comment was removed by hand")]);
    let silent = trigger("");
    let report = case.run(&silent);
    did(&report, "touches", "no longer states comment, when it fires");
    let state = "select tgenabled from pg_trigger where tgname = 'touches'";
    assert_eq!(case.column(state), ["O"]);
    runs_quietly(&mut case, &silent);
    case.run(&trigger("alter table genes enable trigger touches;\n"));
    assert_eq!(case.column(state), ["O"]);
    case.obeys_the_laws(&trigger("alter table genes enable trigger touches;\n"));
}

#[test]
fn an_index_on_a_rebuilt_function_comes_back_with_it() {
    let with = |result: &str| {
        scores("create index scores_weighed on scores (weigh(score));\ncreate statistics scores_s on weigh(score), id from scores;\n").file(
            "functions/weigh.sql",
            &format!("create function weigh(a numeric) returns {result} language sql immutable as 'select a::{result}'"),
        )
    };
    let mut case = applied(&with("numeric"));
    case.by_hand("comment on index app.scores_weighed is 'mine'");
    let oid = case.column("select 'app.scores'::regclass::oid");
    let project = with("int");
    let report = case.run(&project);
    assert_eq!(report.objects[0].verb, Verb::Rebuild, "{report}");
    assert_eq!(case.column("select 'app.scores'::regclass::oid"), oid, "{report}");
    case.obeys_the_laws(&project);
}

#[test]
fn what_the_file_stated_is_not_said_to_be_lost_when_it_becomes_a_view() {
    let mut case = applied(&scores(STATED));
    case.damage("create index by_hand on app.scores (symbol)");
    let project =
        genes().file("views/scores.sql", "create view scores as select id, symbol, score from genes");
    let report = case.run(&project);
    let warnings: Vec<_> = report.warnings.iter().filter(|warning| warning.contains("lost")).collect();
    assert!(warnings.len() == 1 && warnings[0].contains("by_hand"), "{report}");
    case.obeys_the_laws(&project);
}

#[test]
fn indexes_and_statistics_survive_a_migration_that_they_stand_in_the_way_of() {
    let mut case = applied(&scores(STATED));
    case.by_hand("comment on index app.scores_high is 'mine'");
    let migration = "alter table app.genes alter column symbol type varchar(40);";
    let project = scores(STATED).file("migrations/V2__symbol.sql", migration);
    case.run(&project);
    case.obeys_the_laws(&project);
}

#[test]
fn a_materialized_view_in_another_schema_has_its_statistics_where_they_are() {
    let with = |query: &str, attachments: &str| {
        genes().file("migrations/V2__other.sql", "create schema other;").file(
            "views/scores.sql",
            &format!("create materialized view other.scores as {query};\n{attachments}"),
        )
    };
    let stated = "create index scores_key on other.scores (id);\n\
                  create statistics other.pair on symbol, score from other.scores;\n\
                  comment on statistics other.pair is 'pair';\ncomment on index other.scores_key is 'the key';\n";
    let first = with("select id, symbol, score from app.genes", stated);
    let mut case = applied(&first);
    case.by_hand("create statistics app.mine on id, score from other.scores");
    case.damage("comment on statistics other.pair is null; drop index other.scores_key");
    let second = with("select id, symbol, score + 1 as score from app.genes", stated);
    case.run(&second);
    let project = with("select id, symbol, score + 1 as score from app.genes", "");
    let report = case.run(&project);
    did(&report, "scores", "no longer states comment on index scores_key, comment on statistics pair");
    case.obeys_the_laws(&project);
}

#[test]
fn options_of_the_toast_table_are_options_too() {
    let with = |options: &str| with(options, "select id, symbol, score from genes", "");
    let stated = with("with (toast.autovacuum_enabled = false)");
    let mut case = applied(&stated);
    runs_quietly(&mut case, &stated);
    let project = with("with (toast.autovacuum_enabled = true)");
    did(&case.run(&project), "scores", "now states option toast.autovacuum_enabled");
    let project = with("");
    did(&case.run(&project), "scores", "no longer states option toast.autovacuum_enabled");
    case.obeys_the_laws(&project);
}

#[test]
fn an_index_that_was_there_before_the_file_said_it_is_not_built_again() {
    let mut case = applied(&scores(""));
    case.damage("create index scores_high on app.scores (score desc, upper(symbol))");
    let index = "select oid from pg_class where relname = 'scores_high'";
    let before = case.column(index);
    let project = scores(STATED);
    let report = case.run(&project);
    did(
        &report,
        "scores",
        "now states comment on index scores_key, index scores_key, statistics scores_both",
    );
    assert_eq!(case.column(index), before);
    case.obeys_the_laws(&project);
}

#[test]
fn the_owner_of_a_function_is_healed_and_stays_when_it_is_stated_no_more() {
    let project = function("alter function weigh(numeric) owner to kinds_writer;\n");
    let mut case = applied(&project);
    case.damage("alter function app.weigh owner to kinds_reader");
    case.heals(
        &project,
        &[(Verb::Attach, "weigh", "owner kinds_writer was changed to kinds_reader by hand")],
    );
    let project = function("");
    let report = case.run(&project);
    let reason = "its file states no owner any more, and it stays kinds_writer's";
    expect(&report, &[(Verb::Record, "weigh", reason)]);
    case.damage("alter function app.weigh owner to current_user");
    case.run(&project);
    case.obeys_the_laws(&project);
}

#[test]
fn a_view_over_a_materialized_view_stays_when_its_indexes_change() {
    let with = |attachments: &str| {
        scores(attachments)
            .file("views/top.sql", "create view top as select id from scores order by score desc")
    };
    let mut case = applied(&with(STATED));
    let view = "select xmin || ' ' || oid from pg_rewrite where ev_class = 'app.top'::regclass";
    let before = case.column(view);
    let project = with(&STATED.replace("score desc", "score"));
    expect(&case.run(&project), &[(Verb::Attach, "scores", "now states index scores_high")]);
    assert_eq!(case.column(view), before);
    case.obeys_the_laws(&project);
}

#[test]
fn an_index_comes_back_when_its_function_and_its_materialized_view_are_rebuilt() {
    let project = |result: &str, query: &str| {
        with(
            "",
            query,
            "create index scores_weighed on scores (weigh(score));\ncreate statistics scores_s on weigh(score), id from scores;\n",
        )
        .file(
            "functions/weigh.sql",
            &format!("create function weigh(a numeric) returns {result} language sql immutable as 'select a::{result}'"),
        )
    };
    let mut case = applied(&project("numeric", "select id, score from genes"));
    case.by_hand("comment on index app.scores_weighed is 'mine'");
    case.by_hand(
        "create index by_hand on app.scores (app.weigh(score)); comment on index app.by_hand is 'mine'",
    );
    let second = project("int", "select id, score, symbol from genes");
    case.run(&second);
    case.obeys_the_laws(&second);
}

#[test]
fn an_index_that_its_file_states_no_more_does_not_come_back_with_its_function() {
    let weigh = |result: &str| {
        format!(
            "create function weigh(a numeric) returns {result} language sql immutable as 'select a::{result}'"
        )
    };
    let first = scores("create index scores_weighed on scores (weigh(score));\n")
        .file("functions/weigh.sql", &weigh("numeric"));
    let mut case = applied(&first);
    let project = scores("").file("functions/weigh.sql", &weigh("int"));
    case.run(&project);
    case.obeys_the_laws(&project);
}

#[test]
fn an_index_changes_together_with_the_function_that_it_names() {
    let project = |result: &str, order: &str| {
        scores(&format!(
            "create index scores_weighed on scores (weigh(score) {order});\n\
             create statistics scores_s on weigh(score), id{} from scores;\n",
            if order.is_empty() { "" } else { ", symbol" }
        ))
        .file(
            "functions/weigh.sql",
            &format!("create function weigh(a numeric) returns {result} language sql immutable as 'select a::{result}'"),
        )
    };
    let mut case = applied(&project("numeric", ""));
    case.by_hand(
        "comment on index app.scores_weighed is 'mine'; comment on statistics app.scores_s is 'mine'",
    );
    let second = project("int", "desc");
    case.run(&second);
    case.obeys_the_laws(&second);
}
