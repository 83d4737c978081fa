//! What is to be done about the attachments of an object whose definition stays: decided from three, which are the file,
//! the text that we applied last, and what is live.

use std::collections::{BTreeMap, BTreeSet};

use super::desired::{Desired, Scene};
use super::drifted::{Drifted, Made, Stands, drifted, fires_state};
use super::grants::On;
use super::removed::{Removed, removed};
use crate::read::attached::Attached;
use crate::read::facts::Record;
use crate::set::project::Object;
use crate::words::identity::Identity;
use crate::words::name::identifier;

/// What is to be done. Nothing for what no text of ours ever stated: that is somebody's own.
#[derive(Clone, Debug, Default)]
pub struct Reconciled {
    /// What the file states and is not so.
    pub drifted: Vec<Drifted>,
    /// What the text that we applied last stated, and the file states no more.
    pub removed: Vec<Removed>,
    /// What stays although the file states it no more.
    pub stays: Option<String>,
}

impl Reconciled {
    /// Compares what the file states with what is live, and what was stated with what is.
    pub fn of(object: Object<'_>, record: Option<&Record>, live: &Attached, scene: Scene<'_>) -> Self {
        let now = now(object, scene);
        let before = record.map_or_else(Desired::default, |record| before(record, scene));
        let owner = (before.owner.is_some() && now.owner.is_none()).then(|| {
            format!("its file states no owner any more, and it stays {}'s", identifier(&live.owner))
        });
        let fires = live.fires.filter(|_| before.fires.is_some() && now.fires.is_none()).map(|fires| {
            format!(
                "its file does not say any more when it fires, and it stays in its {}",
                fires_state(fires)
            )
        });
        let stays = owner.or(fires);
        let schema = object.name().schema;
        let made = Made { schema: &schema, record, before: &before, live, server: scene.server };
        Reconciled {
            drifted: drifted(&now, live, &made),
            removed: removed(object, &before, &now, live),
            stays,
        }
    }

    /// For an object that stepped aside and comes back with what was on it: all that was stated counts as live.
    pub fn of_absent(object: Object<'_>, record: &Record, scene: Scene<'_>) -> Self {
        let (now, before) = (now(object, scene), before(record, scene));
        let live = before.as_live();
        Reconciled { removed: removed(object, &before, &now, &live), ..Reconciled::default() }
    }

    pub fn is_needed(&self) -> bool {
        !self.drifted.is_empty() || !self.removed.is_empty()
    }

    /// The indexes and statistics that have to make room for those of the file, each with the place of the statement.
    pub fn in_the_way(&self) -> impl Iterator<Item = (usize, &Stands)> {
        self.drifted.iter().filter_map(|drifted| Some((*drifted.by.first()?, drifted.stands.as_ref()?)))
    }

    /// The statements of which nobody knows what the server makes, by their places in the file.
    pub fn doubtful(&self) -> impl Iterator<Item = usize> {
        let doubtful = self.drifted.iter().filter(|drifted| drifted.unknown.is_some());
        doubtful.filter_map(|drifted| drifted.by.first().copied())
    }

    /// Takes what the server makes of the file's statements (`made`, by their places) and finds it there.
    pub fn settle(&mut self, made: &BTreeMap<usize, String>) {
        let fits = |drifted: &Drifted| {
            let hash = drifted.unknown.as_ref();
            hash.is_some() && drifted.by.first().and_then(|by| made.get(by)) == hash
        };
        self.drifted.retain(|drifted| !fits(drifted));
    }

    /// The statements of the file that are to be sent, by their places in it.
    pub fn statements(&self) -> BTreeSet<usize> {
        self.drifted.iter().flat_map(|drifted| drifted.by.iter().copied()).collect()
    }

    /// `grant of select to reader was revoked by hand`.
    pub fn by_hand(&self) -> String {
        let drifted: Vec<String> =
            self.drifted.iter().map(|one| format!("{} {}", one.what, one.how)).collect();
        format!("{} by hand", drifted.join(", "))
    }

    /// `grant of select to reader, comment`.
    pub fn missing(&self) -> String {
        self.drifted.iter().map(|one| one.what.as_str()).collect::<Vec<_>>().join(", ")
    }

    /// `comment, default of column a`.
    pub fn no_longer(&self) -> String {
        self.removed.iter().filter_map(|one| one.what.as_deref()).collect::<Vec<_>>().join(", ")
    }

    /// What a changed file says of the attachments: `now states comment, and no longer default of column a`.
    pub fn of_file(&self) -> String {
        match (self.drifted.is_empty(), self.removed.is_empty()) {
            (false, true) => format!("now states {}", self.missing()),
            (true, false) => format!("no longer states {}", self.no_longer()),
            _ => format!("now states {}, and no longer {}", self.missing(), self.no_longer()),
        }
    }
}

/// What the file states.
fn now<'p>(object: Object<'p>, scene: Scene<'_>) -> Desired<'p> {
    let attachments = object.data().attachments.iter();
    let statements = attachments.map(|attachment| (object.slice(attachment.span), &attachment.says));
    Desired::of(On::of(object.kind()), statements, scene)
}

/// What the text that we applied last stated.
fn before<'r>(record: &'r Record, scene: Scene<'_>) -> Desired<'r> {
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
