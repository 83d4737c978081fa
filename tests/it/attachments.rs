//! What a file states beside a definition is wanted, healed and taken back; what no file ever stated is somebody's own.

use viewkeeper::report::{Outcome, Verb};
use viewkeeper::{Drift, ErrorKind, Report};

use crate::support::case::expect;
use crate::support::cases::cases;
use crate::support::{Case, Files, laws, project};

const VIEW: &str = "create view v as select id, name, 0 as n from t;\n";

/// A view on a table, and what its file states beside the definition.
fn stating(attachments: &str) -> Files {
    with_view(VIEW, attachments)
}

fn with_view(view: &str, attachments: &str) -> Files {
    project("attachments")
        .file(
            "migrations/V1__table.sql",
            "create table t (id bigint primary key, name text not null);\ncreate table log (id bigint);\n",
        )
        .file("views/v.sql", &format!("{view}{attachments}"))
}

/// Roles belong to the server, which all tests share.
fn roles(case: &mut Case, names: &[&str]) {
    for name in names {
        case.damage(&format!(
            "do $$ begin create role {name}; exception when duplicate_object or unique_violation then null; end $$"
        ));
    }
}

/// A database in which this project was applied, with some roles.
fn applied(names: &[&str], project: &Files) -> Case {
    let mut case = Case::new();
    roles(&mut case, names);
    case.run(project);
    case
}

fn runs_quietly(case: &mut Case, project: &Files) {
    let report = project.migrator().drift(Drift::Refuse).run(&mut case.client).unwrap();
    assert_eq!(report.outcome, Outcome::UpToDate, "{report}");
}

/// The one thing that was done is this.
fn did(report: &Report, verb: Verb, reason: &str) {
    expect(report, &[(verb, "v", reason)]);
}

fn acl(case: &mut Case) -> Vec<String> {
    case.column(
        "select coalesce(grantee::regrole::text, '?') || ' ' || privilege_type || case when is_grantable then '*' else '' end
           from pg_class, aclexplode(relacl) where relname = 'v' and grantee <> relowner
         union all
         select case grantee when 0 then 'public' else grantee::regrole::text end || ' ' || privilege_type || ' ' || attname
           from pg_attribute, aclexplode(attacl) where attrelid = 'v'::regclass order by 1",
    )
}

fn comments(case: &mut Case) -> Vec<String> {
    case.column(
        "select objsubid || ' ' || description from pg_description where objoid = 'v'::regclass order by 1",
    )
}

/// What moves when the view itself is touched.
fn definition(case: &mut Case) -> Vec<String> {
    case.column(
        "select oid || ' ' || xmin from pg_rewrite where ev_class = 'v'::regclass and rulename = '_RETURN'",
    )
}

#[test]
fn what_a_person_adds_beside_what_the_file_states_is_no_drift() {
    let project = stating(
        "comment on column v.id is 'the key';\ngrant select on v to att_reader;\nalter view v set (security_barrier);\n\
         alter view v alter column n set default 1;\ncreate rule r as on insert to v do instead nothing;\n",
    );
    let mut case = applied(&["att_reader", "att_writer"], &project);
    for by_hand in [
        "grant select, update on v to att_writer; grant insert on v to att_reader; grant select on v to public",
        "grant update (name) on v to att_reader",
        "grant select on v to att_reader with grant option",
        "comment on view v is 'by hand'; comment on column v.name is 'by hand'; comment on rule r on v is 'by hand'",
        "alter view v set (check_option = local)",
        "alter view v alter column name set default 'x'",
        "create rule other as on update to v do instead nothing",
    ] {
        case.by_hand(by_hand);
        runs_quietly(&mut case, &project);
    }
    case.obeys_the_laws(&project);
}

#[test]
fn a_stated_grant_that_was_revoked_comes_back() {
    let project =
        stating("grant select, update on v to att_reader;\ngrant select (id) on v to att_writer;\n");
    let mut case = applied(&["att_reader", "att_writer"], &project);
    case.damage("revoke update on v from att_reader");
    case.heals(&project, &[(Verb::Attach, "v", "grant of update to att_reader was revoked by hand")]);
    case.damage("revoke all on v from att_reader; revoke select (id) on v from att_writer");
    let report = case.run(&project);
    let reason = "grant of select, update to att_reader was revoked, grant of select (id) to att_writer was revoked by hand";
    did(&report, Verb::Attach, reason);
    case.obeys_the_laws(&project);
}

#[test]
fn a_stated_comment_comes_back_alone() {
    let project = stating(
        "comment on view v is 'of the file';\ncomment on column v.id is E'it\\'s';\ngrant select on v to att_reader;\n",
    );
    let mut case = applied(&["att_reader"], &project);
    case.by_hand("comment on column v.n is 'by hand'");
    case.damage("comment on view v is 'by hand'; comment on column v.id is null");
    let plan = project.migrator().plan(&mut case.client).unwrap();
    assert_eq!(plan.actions.len(), 1, "{plan}");
    assert_eq!(plan.actions[0].reason, "comment was changed, comment on column id was removed by hand");
    assert_eq!(plan.actions[0].sql.len(), 2, "nothing but the comments: {plan}");
    assert_eq!(plan.actions[0].lock, Some("share update exclusive"));
    case.heals(&project, &[(Verb::Attach, "v", "comment on column id was removed by hand")]);
    assert_eq!(comments(&mut case), ["0 of the file", "1 it's", "3 by hand"]);
    case.obeys_the_laws(&project);
}

#[test]
fn that_there_is_no_comment_can_be_stated() {
    let project = stating("comment on view v is null;\n");
    let mut case = Case::applied(&project);
    case.damage("comment on view v is 'by hand'");
    case.heals(&project, &[(Verb::Attach, "v", "comment was added by hand")]);
    case.obeys_the_laws(&project);
}

#[test]
fn what_new_objects_have_by_default_privileges_is_what_is_left() {
    let defaults = "alter default privileges in schema public grant select on tables to att_reader";
    let mut case = Case::new();
    roles(&mut case, &["att_reader", "att_writer"]);
    case.by_hand(defaults);
    case.run(&stating(
        "grant select on v to att_reader, att_writer;\nrevoke select on v from current_user;\n",
    ));
    assert_eq!(acl(&mut case), ["att_reader SELECT", "att_writer SELECT"]);
    case.run(&stating("revoke select on v from att_reader;\n"));
    assert_eq!(acl(&mut case), [""; 0]);
    let project = stating("");
    did(&case.run(&project), Verb::Attach, "no longer states revoke of select from att_reader");
    assert_eq!(acl(&mut case), ["att_reader SELECT"]);
    let owner = "select has_table_privilege('v', 'select with grant option')";
    assert_eq!(case.column(owner), ["t"]);
    // A fresh install has no default privileges yet.
    laws::second_run_is_a_no_op(&case.database, &mut case.client, &project);
}

/// Everything that can be stated.
const ALL: &str = "comment on view v is 'x';\ncomment on column v.id is 'x';\n\
    grant select on v to att_reader with grant option;\ngrant update (name), select on v to \"Att Writer\", public;\n\
    alter view v set (security_barrier);\nalter view v alter column n set default 1;\n\
    create rule r as on insert to v do instead insert into log values (new.id);\ncomment on rule r on v is 'x';\n";

#[test]
fn what_the_file_states_no_more_is_taken_back_without_touching_the_view() {
    let mut case = applied(&["att_reader", "\"Att Writer\""], &stating(ALL));
    case.by_hand("grant insert on v to att_reader; comment on column v.name is 'by hand'");
    case.by_hand("grant select (name) on v to att_reader");
    case.by_hand(
        "alter view v alter column id set default 7; create rule other as on update to v do instead nothing",
    );
    runs_quietly(&mut case, &stating(ALL));
    let before = definition(&mut case);
    let project = stating("");
    let report = case.run(&project);
    did(
        &report,
        Verb::Attach,
        "sql/views/v.sql no longer states grant of select to public, grant of select to",
    );
    let reason = &report.objects[0].reason;
    for what in
        ["select to \"Att Writer\"", "update (name) to public", "comment on column id", "comment on rule r"]
    {
        assert!(reason.contains(what), "{what}: {reason}");
    }
    for what in ["option security_barrier", "default of column n", "rule r"] {
        assert!(reason.contains(what), "{what}: {reason}");
    }
    assert_eq!(definition(&mut case), before, "no replace");
    assert_eq!(acl(&mut case), ["att_reader INSERT", "att_reader SELECT name"]);
    assert_eq!(comments(&mut case), ["2 by hand"]);
    case.obeys_the_laws(&project);
}

cases! { takes_back_what_the_file_states_no_more:
    a_replace_takes_back_what_the_file_states_no_more(
        "create view v as select id, upper(name) as name, 0 as n from t;\n", Verb::Replace);
    a_rebuild_takes_back_what_the_file_states_no_more(
        "create view v as select id::int as id, name, 'x' as other from t;\n", Verb::Rebuild);
}

fn takes_back_what_the_file_states_no_more(view: &str, verb: Verb) {
    let mut case = applied(&["att_reader", "\"Att Writer\""], &stating(ALL));
    case.by_hand("grant insert on v to att_reader; comment on column v.name is 'by hand'");
    let project = with_view(view, "");
    let report = case.run(&project);
    did(&report, verb, "no longer states grant of select to public");
    assert_eq!(acl(&mut case), ["att_reader INSERT"]);
    assert_eq!(comments(&mut case), ["2 by hand"]);
    case.obeys_the_laws(&project);
}

cases! { comes_back_without_what_the_file_states_no_more:
    what_a_dropped_column_displaced_comes_back_without_what_the_file_states_no_more(
        "alter table t drop column name;\n", "create view v as select id, 0 as n from t;\n");
    what_another_type_displaced_comes_back_without_what_the_file_states_no_more(
        "alter table t alter column name type varchar(9);\n", VIEW);
}

fn comes_back_without_what_the_file_states_no_more(migration: &str, view: &str) {
    let before =
        "grant select on v to att_reader;\ncomment on view v is 'x';\ncomment on column v.name is 'x';\n";
    let mut case = applied(&["att_reader"], &stating(before));
    case.by_hand("grant update on v to att_reader; comment on column v.n is 'by hand'");
    let project =
        with_view(view, "grant insert on v to att_reader;\n").file("migrations/V2__next.sql", migration);
    let report = case.run(&project);
    assert_eq!(report.objects.len(), 1, "{report}");
    assert_eq!(acl(&mut case), ["att_reader INSERT", "att_reader UPDATE"]);
    let commented = case.column("select description from pg_description where objoid = 'v'::regclass");
    assert_eq!(commented, ["by hand"]);
    case.obeys_the_laws(&project);
}

#[test]
fn a_statement_that_changes_is_applied_and_the_rest_of_the_old_one_taken_back() {
    let mut case = applied(
        &["att_reader", "att_writer"],
        &stating("grant select, insert on v to att_reader with grant option;\ncomment on view v is 'old';\n"),
    );
    let project = stating("grant select on v to att_reader, att_writer;\ncomment on view v is 'new';\n");
    let before = definition(&mut case);
    let report = case.run(&project);
    let reason = "sql/views/v.sql now states comment, grant of select to att_writer, and no longer \
                  grant of insert to att_reader, grant option of select to att_reader";
    did(&report, Verb::Attach, reason);
    assert_eq!(definition(&mut case), before, "no replace");
    assert_eq!(acl(&mut case), ["att_reader SELECT", "att_writer SELECT"]);
    case.obeys_the_laws(&project);
}

#[test]
fn a_file_that_states_the_same_in_other_words_changes_nothing() {
    let mut case = applied(&["att_reader"], &stating("grant select, update on v to att_reader;\n"));
    let project =
        stating("grant update on v to att_reader;\n-- and\nGRANT SELECT ON TABLE v TO GROUP att_reader;\n");
    did(&case.run(&project), Verb::Record, "the same to the server");
    case.obeys_the_laws(&project);
}

#[test]
fn a_grant_on_the_whole_goes_and_those_on_columns_stay() {
    let mut case = applied(&["att_reader"], &stating("grant select on v to att_reader;\n"));
    case.by_hand("grant select (id) on v to att_reader");
    let project = stating("grant select (name) on v to att_reader;\n");
    case.run(&project);
    assert_eq!(acl(&mut case), ["att_reader SELECT id", "att_reader SELECT name"]);
    case.obeys_the_laws(&project);
}

#[test]
fn a_stated_revoke_is_healed() {
    let project = stating(
        "revoke all on v from public;\nrevoke update on v from att_reader;\ngrant select on v to att_reader;\n",
    );
    let mut case = applied(&["att_reader"], &project);
    case.by_hand("grant delete on v to att_reader");
    case.damage("grant select, insert on v to public; grant update (id) on v to att_reader");
    let reason = "revoke of update (id) from att_reader was undone";
    case.heals(&project, &[(Verb::Attach, "v", reason)]);
    assert_eq!(acl(&mut case), ["att_reader DELETE", "att_reader SELECT"]);
    case.damage("grant select on v to public");
    case.heals(&project, &[(Verb::Attach, "v", "revoke of select from public was undone by hand")]);
    case.obeys_the_laws(&project);
}

#[test]
fn all_privileges_are_healed_for_roles_whose_names_need_quotes() {
    let project =
        stating("grant all on v to att_reader, \"Att \"\"Q\"\" é\";\ngrant select on v to current_user;\n");
    let mut case = applied(&["att_reader", "\"Att \"\"Q\"\" é\""], &project);
    runs_quietly(&mut case, &project);
    case.damage("revoke trigger on v from \"Att \"\"Q\"\" é\"");
    let reason = "grant of trigger to \"Att \"\"Q\"\" é\" was revoked by hand";
    case.heals(&project, &[(Verb::Attach, "v", reason)]);
    let project = stating("grant all on v to att_reader;\n");
    case.run(&project);
    assert!(acl(&mut case).iter().all(|grant| grant.starts_with("att_reader")), "{:?}", acl(&mut case));
    case.obeys_the_laws(&project);
}

#[test]
fn a_grant_that_was_passed_on_is_not_taken_from_under_others() {
    let mut case = applied(
        &["att_reader", "att_writer"],
        &stating("grant select on v to att_reader with grant option;\n"),
    );
    case.damage("set role att_reader; grant select on v to att_writer; reset role");
    let error = case.refused(&stating(""));
    let text = "cannot do \"revoke select on public.v from att_reader\": dependent privileges exist (2BP01)";
    assert_eq!(error.to_string(), text, "{error:?}");
    case.damage("revoke select on v from att_reader cascade");
    case.run(&stating(""));
    case.obeys_the_laws(&stating(""));
}

#[test]
fn a_role_that_is_no_more_is_an_error_where_it_stands() {
    let project = stating("\ngrant select on v to att_leaver;\n");
    let mut case = applied(&["att_leaver"], &project);
    case.damage("drop owned by att_leaver; drop role att_leaver");
    let error = case.refused(&project);
    assert_eq!((error.kind(), error.code()), (ErrorKind::Object, Some("42704")), "{error:?}");
    let place = error.location().map(ToString::to_string);
    assert_eq!(place.as_deref(), Some("sql/views/v.sql:3:1"), "{error:?}");
    // The file stops to name it: nothing is left to take back.
    let project = stating("");
    did(&case.run(&project), Verb::Record, "");
    case.obeys_the_laws(&project);
}

#[test]
fn an_owner_is_healed_and_stays_when_it_is_stated_no_more() {
    let project = stating("alter view v owner to att_owner;\ngrant select on v to att_reader;\n");
    let mut case = applied(&["att_owner", "att_reader"], &project);
    let me = case.column("select quote_ident(current_user)").remove(0);
    case.damage(&format!("alter view v owner to {me}"));
    let reason = format!("owner att_owner was changed to {me} by hand");
    case.heals(&project, &[(Verb::Attach, "v", &reason)]);
    let project = stating("grant select on v to att_reader;\n");
    let report = case.run(&project);
    did(&report, Verb::Record, "its file states no owner any more, and it stays att_owner's");
    assert_eq!(case.column("select relowner::regrole from pg_class where relname = 'v'"), ["att_owner"]);
    // A fresh install would have no owner to keep.
    laws::second_run_is_a_no_op(&case.database, &mut case.client, &project);
}

cases! { keeps_and_reports_an_option_of_a_person:
    a_replace_keeps_an_option_of_a_person_and_reports_it(
        "create view v as select id, upper(name) as name, 0 as n from t;\n", Verb::Replace);
    a_rebuild_keeps_an_option_of_a_person_and_reports_it(
        "create view v as select id::int as id, name, 0 as n from t;\n", Verb::Rebuild);
}

fn keeps_and_reports_an_option_of_a_person(view: &str, verb: Verb) {
    let mut case = Case::applied(&stating("alter view v set (check_option = local);\n"));
    case.by_hand("alter view v set (security_barrier = on)");
    let project = with_view(view, "alter view v set (check_option = cascaded);\n");
    let report = case.run(&project);
    did(&report, verb, "; keeps security_barrier = on, which its file does not state");
    case.obeys_the_laws(&project);
}

#[test]
fn a_stated_option_is_healed_by_itself() {
    let project =
        stating("alter view v set (check_option = local);\nalter view v reset (security_barrier);\n");
    let mut case = Case::applied(&project);
    let before = definition(&mut case);
    case.damage("alter view v set (check_option = cascaded)");
    case.heals(&project, &[(Verb::Attach, "v", "option check_option was changed by hand")]);
    case.damage("alter view v set (security_barrier)");
    case.heals(&project, &[(Verb::Attach, "v", "option security_barrier was changed by hand")]);
    assert_eq!(definition(&mut case), before);
    case.obeys_the_laws(&project);
}

#[test]
fn the_file_wins_over_the_old_object_and_grants_are_united() {
    let attachments = "comment on column v.name is 'of the file';\ngrant select on v to att_reader;\n";
    let mut case = applied(&["att_reader", "att_writer"], &stating(attachments));
    case.by_hand("grant update on v to att_writer; comment on view v is 'by hand'");
    case.by_hand("comment on column v.name is 'by hand'; revoke select on v from att_reader");
    let project = with_view("create view v as select id::int as id, name, 0 as n from t;\n", attachments);
    did(&case.run(&project), Verb::Rebuild, "column id: bigint -> integer, so the view is rebuilt");
    assert_eq!(comments(&mut case), ["0 by hand", "2 of the file"]);
    assert_eq!(acl(&mut case), ["att_reader SELECT", "att_writer UPDATE"]);
    case.obeys_the_laws(&project);
}

const RULE: &str = "create rule r as on insert to v do instead insert into log values (new.id);\n";

#[test]
fn a_stated_rule_is_healed() {
    let project = stating(RULE);
    let mut case = Case::applied(&project);
    case.damage("create or replace rule r as on insert to v do instead nothing");
    case.heals(&project, &[(Verb::Attach, "v", "rule r was changed by hand")]);
    case.damage("drop rule r on v");
    case.heals(&project, &[(Verb::Attach, "v", "rule r was dropped by hand")]);
    case.by_hand("comment on rule r on v is 'by hand'");
    runs_quietly(&mut case, &project);
    case.obeys_the_laws(&project);
}

#[test]
fn a_rule_follows_the_columns_of_its_view() {
    let mut case = Case::applied(&stating(RULE));
    case.by_hand("comment on rule r on v is 'by hand'");
    let project = with_view(
        "create view v as select id as key, name from t;\n",
        "create rule r as on insert to v do instead insert into log values (new.key);\n",
    );
    did(&case.run(&project), Verb::Rebuild, "column 1 is renamed from id to key, so the view is rebuilt");
    case.obeys_the_laws(&project);
}

#[test]
fn a_changed_rule_or_default_in_the_file_is_applied() {
    let mut case = Case::applied(&stating(&format!("{RULE}alter view v alter column n set default 1;\n")));
    let project = stating(
        "create rule r as on insert to v do instead nothing;\nalter view v alter column n set default 2;\n",
    );
    let report = case.run(&project);
    did(&report, Verb::Attach, "sql/views/v.sql now states default of column n, rule r");
    case.obeys_the_laws(&project);
}

#[test]
fn a_default_that_a_rebuild_cannot_keep_comes_from_the_file() {
    let mut case = Case::applied(&stating("alter view v alter column n set default 1;\n"));
    let project = with_view(
        "create view v as select id, name, current_date as n from t;\n",
        "alter view v alter column n set default current_date;\n",
    );
    did(&case.run(&project), Verb::Rebuild, "column n: integer -> date, so the view is rebuilt");
    case.obeys_the_laws(&project);
}

#[test]
fn a_view_that_was_made_again_by_hand_gets_everything_back() {
    let project = stating(ALL);
    let mut case = applied(&["att_reader", "\"Att Writer\""], &project);
    case.damage("drop view v; create view v with (security_barrier) as select id, name, 0 as n from t");
    let report = case.run(&project);
    let reason = &report.objects[0].reason;
    assert_eq!(report.objects[0].verb, Verb::Attach, "{report}");
    for what in ["comment was removed", "grant of select to att_reader was revoked", "rule r was dropped"] {
        assert!(reason.contains(what), "{what}: {reason}");
    }
    case.obeys_the_laws(&project);
}

#[test]
fn a_view_that_was_found_gets_what_its_file_states() {
    let mut case = Case::new();
    roles(&mut case, &["att_reader", "\"Att Writer\""]);
    case.run(&stating("").without("views/v.sql"));
    let project = stating(ALL);
    case.damage("create view v as select id, name, 0 as n from t; comment on view v is 'x'");
    let report = case.run(&project);
    did(
        &report,
        Verb::Attach,
        "found in the database, without comment on column id, comment on rule r, grant of",
    );
    case.obeys_the_laws(&project);
}

#[test]
fn a_renamed_view_keeps_what_its_file_states() {
    let mut case = applied(&["att_reader", "\"Att Writer\""], &stating(ALL));
    let text = format!("-- viewkeeper: renamed-from v\n{VIEW}{ALL}").replace("view v ", "view w ");
    let text = text.replace(" on v ", " on w ").replace(" to v ", " to w ").replace("column v.", "column w.");
    let project = stating("").without("views/v.sql").file("views/w.sql", &text);
    let report = case.run(&project);
    assert_eq!(report.objects[0].verb, Verb::Rename, "{report}");
    case.obeys_the_laws(&project);
}

#[test]
fn what_the_file_states_can_be_looked_at_in_the_ledger() {
    let project = stating("grant select on v to att_reader;\n");
    let mut case = applied(&["att_reader"], &project);
    let granted = "select o.identity || ' ' || (r.role ->> 'named') || ' ' || (p.privilege ->> 'name')
                     from viewkeeper.object o,
                          jsonb_array_elements(o.stated -> 'attachments') a(attachment),
                          jsonb_array_elements(a.attachment -> 'roles') r(role),
                          jsonb_array_elements(a.attachment -> 'privileges') p(privilege)
                    where a.attachment ->> 'kind' = 'grant'";
    assert_eq!(case.column(granted), ["public.v att_reader select"]);
    case.obeys_the_laws(&project);
}

/// What was there before us is compared with what the server makes of the file, and stays where it is that.
#[test]
fn a_rule_and_a_default_that_were_found_stay_where_they_fit() {
    let mut case = Case::applied(&stating("").without("views/v.sql"));
    case.damage(
        "create view v as select id, name, 0 as n from t; alter view v alter name set default lower('X'); \
         alter view v alter id set default 1; \
         create rule same as on delete to v where old.id > 1 do instead delete from t where t.id = old.id; \
         create rule other as on insert to v do instead nothing",
    );
    let files = stating(
        "alter view v alter name set default lower( 'X' );\nalter view v alter id set default 2;\n\
         create rule same as on delete to v where (old.id > 1) do instead delete from public.t where id = old.id;\n\
         create rule other as on insert to v do instead update t set name = new.name;\n",
    );
    const SAME: &str = "select xmin::text from pg_rewrite where rulename = 'same'";
    let before = case.column(SAME);
    let report = case.run(&files);
    did(&report, Verb::Attach, "found in the database, without default of column id, rule other");
    assert_eq!(before, case.column(SAME));
    case.obeys_the_laws(&files);
}
