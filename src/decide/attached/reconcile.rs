//! Merges what the file states, what the text that we applied last stated, and what is live.

use super::desired::{Desired, Scene};
use super::grants::On;
use super::merge::Merge;
use super::reconciled::Reconciled;
use super::target::Target;
use crate::read::attached::{Attached, Live};
use crate::read::facts::Record;
use crate::set::project::Object;
use crate::words::facet::Facet;
use crate::words::identity::Identity;

/// Compares what the file states with what is live, and what was stated with what is.
pub fn reconcile(
    object: Object<'_>,
    record: Option<&Record>,
    live: &Attached,
    scene: Scene<'_>,
) -> Reconciled {
    let merge = Merge {
        target: &Target::of(object),
        desired: desired(object, scene),
        applied: record.map_or_else(Desired::default, |record| applied(record, scene)),
        live: live.facets(),
        attached: live,
        made: record.map(|record| &record.made),
        same_server: record.is_some_and(|record| record.server == scene.server),
    };
    merge.reconciled()
}

/// For an object that stepped aside and comes back with what was on it: the comments and grants that were stated count as
/// live.
pub fn reconcile_absent(object: Object<'_>, record: &Record, scene: Scene<'_>) -> Reconciled {
    let applied = applied(record, scene);
    let comments = applied.facets.iter().filter(|(facet, _)| matches!(facet, Facet::Comment(_)));
    let live = comments.filter_map(|(facet, stated)| Some((facet.clone(), Live::Text(stated.value?))));
    let merge = Merge {
        target: &Target::of(object),
        desired: desired(object, scene),
        live: live.collect(),
        attached: &Attached { grants: applied.grants.as_live(), ..Attached::default() },
        applied,
        made: None,
        same_server: false,
    };
    Reconciled { removed: merge.reconciled().removed, ..Reconciled::default() }
}

/// What the file states.
fn desired<'p>(object: Object<'p>, scene: Scene<'p>) -> Desired<'p> {
    let attachments = object.data().attachments.iter();
    let statements = attachments.map(|attachment| (object.slice(attachment.span), &attachment.says));
    Desired::of(On::of(object.kind()), statements, scene)
}

/// What the text that we applied last stated.
fn applied<'r>(record: &'r Record, scene: Scene<'r>) -> Desired<'r> {
    let stated = &record.stated;
    let scene = Scene {
        current_user: stated.role.as_deref().unwrap_or(scene.current_user),
        login_user: stated.session.as_deref().unwrap_or(scene.login_user),
        server: scene.server,
    };
    let on = match Identity::displayed(&record.identity).arguments {
        Some(_) => On::Routine,
        None => On::Relation,
    };
    Desired::of(on, stated.attachments.iter().map(|one| (one.text.as_str(), &one.says)), scene)
}
