//! Looking without doing: the plan and the check.

use std::collections::HashSet;

use crate::act::run::Run;
use crate::act::run::look_only::Seen;
use crate::act::run::migrations::tables;
use crate::act::run::session_state::custom_settings::may_set;
use crate::act::run::session_state::settings::reset;
use crate::decide::compare::evaluated::named_by;
use crate::decide::compare::parsed::told;
use crate::decide::compare::uses::question_before;
use crate::decide::facts_file::FactsFile;
use crate::decide::next::forecast;
use crate::decide::plan::as_script::{self, Chain, Migration};
use crate::decide::plan::value::{Action, Plan, PlannedMigration};
use crate::decide::releases::history::unknown_warning;
use crate::look::server_error::uses::untrusted;
use crate::read::beside::{Beside, beside};
use crate::read::catalog::{pins, pins_of_people};
use crate::read::evaluated::{Evaluated, evaluated_text};
use crate::read::session::{Failure, Session, decode};
use crate::set::project::Project;
use crate::words::check::{Assertion, Check, Finding, InSync, State};
use crate::words::error::{Error, ErrorKind};
use crate::words::identity::Identity;
use crate::words::options::{Direction, Drift, Options};
use crate::words::refresh::Refresh;
use crate::words::report::Report;
use crate::words::verb::Verb;

/// What a run would do. Nothing that it does stays.
pub fn plan(project: &Project, options: &Options, client: &mut postgres::Client) -> Result<Plan, Error> {
    let mut run = Run::new(project, options, client);
    let Some(mut seen) = run.look()? else {
        let Report { warnings, pending, .. } = run.report;
        return Ok(Plan { project: project.name().to_owned(), warnings, pending, ..Plan::default() });
    };
    let mut warnings = unknown_warning(&seen.unknown);
    let opens = run.open_schemas();
    // A new object may read what a pending migration makes, so shadows can be made only when none is pending.
    let decided = if seen.pending.is_empty() {
        let decision = run.would_do(&mut seen.facts)?;
        let script = as_script::script(project, &decision.work, pins_of_people);
        Plan { script, ..decision.plan }
    } else {
        forecast(project, &seen.facts)?
    };
    if !seen.pending.is_empty() || decided.actions.iter().any(|action| action.verb.makes()) {
        warnings.extend(opens);
    }
    warnings.extend(run.goes_along(&seen.pending)?);
    let migrations: Vec<PlannedMigration> = seen
        .pending
        .iter()
        .map(|&index| {
            let migration = &project.manifest().migrations[index];
            PlannedMigration {
                name: migration.label(),
                file: project.shown(&migration.file),
                transactional: migration.outside.is_none(),
            }
        })
        .collect();
    let script = match &seen.history {
        Some(table) => as_script::with_migrations(project, &chain(project, &seen, table), &decided.actions),
        None => decided.script,
    };
    warnings.extend(seen.missing.warnings);
    warnings.extend(seen.missing.later);
    let mut missing_rights = seen.missing.rights;
    for right in &decided.missing_rights {
        if !missing_rights.contains(right) {
            missing_rights.push(right.clone());
        }
    }
    Ok(Plan {
        migrations,
        script,
        missing_rights,
        warnings: [run.report.warnings, warnings, decided.warnings].concat(),
        ..decided
    })
}

/// What a plan is decided on, as the text of a file, also where the decision is an error.
pub fn facts(
    project: &Project,
    options: &Options,
    client: &mut postgres::Client,
    full: bool,
) -> Result<String, Error> {
    let facts = Run::new(project, options, client).known()?;
    Ok(FactsFile::new(project, facts).into_json(full))
}

/// The pending migrations as a script has them.
fn chain(project: &Project, seen: &Seen, table: &str) -> Chain {
    let path = project.search_path();
    let migration = |&index: &usize| {
        let migration = &project.manifest().migrations[index];
        let text = project.text(&migration.file);
        Migration {
            shown: project.shown(&migration.file),
            text: text.to_owned(),
            transactional: migration.outside.is_none(),
            reset: if may_set(text) { reset(text) } else { String::new() },
            row: tables::row_text(project, index, table),
        }
    };
    Chain {
        before: seen.before.clone(),
        pins: pins_of_people(&path),
        session_pins: pins_of_people(&path).replace("set local ", "set "),
        reset: reset(""),
        migrations: seen.pending.iter().map(migration).collect(),
    }
}

/// How the database differs from the project. Takes no lock that others would notice, needs no ownership, and changes
/// nothing.
pub fn check(project: &Project, options: &Options, client: &mut postgres::Client) -> Result<Check, Error> {
    let options = Options { drift: Drift::Heal, direction: Direction::Compare, ..options.clone() };
    let plan = plan(project, &options, client)?;
    let mut findings: Vec<Finding> = plan.actions.iter().filter_map(finding).collect();
    let mut session = Session::new(client);
    let failed = |failure: Failure| failure.while_(ErrorKind::Connection, "cannot look at the objects");
    let beside = beside(&mut session, project).map_err(failed)?;
    findings.extend(beside.iter().filter_map(|one| beside_finding(project, &options, one)));
    let assertions = if plan.migrations.is_empty() { assertions(project, &mut session)? } else { Vec::new() };
    let changed = plan.actions.iter().filter(|action| action.verb != Verb::Record);
    let changed: HashSet<&Identity> =
        changed.map(|action| &action.object).chain(findings.iter().map(|finding| &finding.object)).collect();
    let in_sync = project
        .objects()
        .map(|object| InSync { kind: object.kind(), object: object.identity() })
        .filter(|object| !changed.contains(&object.object))
        .collect();
    Ok(Check {
        project: plan.project,
        objects: project.objects().len(),
        pending: plan.migrations.into_iter().map(|migration| migration.name).collect(),
        findings,
        assertions,
        known: Vec::new(),
        in_sync,
        warnings: plan.warnings,
    })
}

fn finding(action: &Action) -> Option<Finding> {
    let state = match action.verb {
        Verb::Record => return None,
        Verb::Create => State::Missing,
        Verb::Retire | Verb::Drop => State::Extra,
        Verb::Leave => State::NotComparable,
        Verb::Rename => State::Altered,
        Verb::Attach | Verb::Replace | Verb::Rebuild if action.drift => State::Altered,
        Verb::Attach | Verb::Replace | Verb::Rebuild => State::Outdated,
    };
    Some(Finding { state, kind: action.kind, object: action.object.clone(), reason: action.reason.clone() })
}

/// What a run does not find, because no fingerprint tells it.
fn beside_finding(project: &Project, options: &Options, one: &Beside) -> Option<Finding> {
    let object = project.object(one.place);
    let wants = object.data().materialized.as_ref().filter(|view| !view.with_no_data);
    let mode = wants.map(|view| view.refresh.unwrap_or(options.refresh));
    let reason = match (&one.extension, &one.drop) {
        (Some(extension), Some(drop)) => {
            format!("it is a member of extension \"{extension}\", so no run can change it: {drop}")
        }
        _ if one.empty && mode.is_some_and(|mode| mode != Refresh::Manual) => {
            format!("it is not filled, and cannot be read: refresh materialized view {}", object.name())
        }
        _ => return None,
    };
    Some(Finding { state: State::Altered, kind: object.kind(), object: object.identity(), reason })
}

/// Runs the queries of `checks/`, each of which must return no row; an error of one is a finding too.
fn assertions(project: &Project, session: &mut Session<'_>) -> Result<Vec<Assertion>, Error> {
    let failed = |failure: Failure| failure.while_(ErrorKind::Connection, "cannot open a transaction");
    let mut found = Vec::new();
    for check in &project.manifest().checks {
        let query = project.text(&check.file).get(check.span.start..check.span.end).unwrap_or("");
        let file = project.shown(&check.file);
        // It runs with our rights at once.
        let pins = pins(&project.search_path());
        let question = question_before(project, &check.calls, &file, query);
        let asked = format!("{};\n{question};\n{pins}", evaluated_text(project.named_schemas()));
        let asked = session.begin("isolation level read committed read only", &asked);
        if let Some(error) = asked.as_ref().err().and_then(|failure| untrusted(project, failure)) {
            session.rollback();
            found.push(Assertion { file, rows: Vec::new(), error: Some(error.to_string()) });
            continue;
        }
        let evaluated: Vec<Evaluated> = decode(asked.map_err(failed)?.first()).map_err(failed)?;
        if let Some(thing) = named_by(project, query, &evaluated) {
            session.rollback();
            let error = told(&format!("\"{file}\""), thing);
            found.push(Assertion { file, rows: Vec::new(), error: Some(error) });
            continue;
        }
        let rows = session.table_of_theirs(query);
        session.rollback();
        match rows {
            Ok(rows) if rows.is_empty() => {}
            Ok(rows) => found.push(Assertion { file, rows, error: None }),
            Err(Failure::Server(server)) => {
                let byte = server
                    .position
                    .and_then(|position| query.char_indices().nth(position.checked_sub(1)?))
                    .map_or(0, |(byte, _)| byte);
                let place = project.place(&check.file, check.span.start + byte).location;
                let error = format!("{place}: {} ({})", server.message, server.code);
                found.push(Assertion { file, rows: Vec::new(), error: Some(error) });
            }
            Err(failure) => return Err(failed(failure)),
        }
    }
    Ok(found)
}
