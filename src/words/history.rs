//! What became of a project's objects, release by release.

use std::fmt;

use serde::Serialize;

use crate::words::amount::count;
use crate::words::checksum::short;
use crate::words::escape::{Lines, row, said};
use crate::words::identity::Identity;
use crate::words::object::Kind;
use crate::words::release::AppliedRelease;
use crate::words::serialized::{display, words};

/// What the ledger remembers. It prints itself: the releases with what each changed, or, when an object was asked for, its
/// versions with what each changed in its text.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct History {
    /// The project's name.
    pub project: String,
    /// Every application of a release, the last one first.
    pub releases: Vec<ReleaseHistory>,
    /// The objects, by name: all that there ever were, or those that were asked for.
    pub objects: Vec<ObjectHistory>,
    /// What the caller should know.
    pub warnings: Vec<String>,
    /// What is printed: the objects instead of the releases.
    #[serde(skip)]
    pub(crate) of_objects: bool,
}

/// An application of a release, and what became of it.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct ReleaseHistory {
    /// What the ledger says of it.
    #[serde(flatten)]
    pub release: AppliedRelease,
    /// It stands now.
    pub stands: bool,
    /// The texts of all its objects are kept, so that one can go back to it.
    pub kept: bool,
    /// What it changed, by name.
    pub changes: Vec<ReleaseChange>,
}

/// What a release did to an object.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct ReleaseChange {
    /// What.
    pub change: Change,
    /// The object's kind.
    pub kind: Kind,
    /// The object.
    #[serde(serialize_with = "display")]
    pub object: Identity,
}

/// What became of an object.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct ObjectHistory {
    /// What it is, or was at last.
    pub kind: Kind,
    /// The name that it has, or had at last.
    #[serde(serialize_with = "display")]
    pub object: Identity,
    /// The last one first.
    pub versions: Vec<ObjectVersion>,
}

/// A change of an object.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct ObjectVersion {
    /// What happened.
    pub change: Change,
    /// What it was from then on.
    pub kind: Kind,
    /// The name that it had from then on.
    #[serde(serialize_with = "display")]
    pub object: Identity,
    /// The ledger's number of the release.
    pub release: i64,
    /// The checksum of the release.
    pub checksum: String,
    /// When, in UTC.
    pub at: String,
    /// By which role.
    pub by: String,
    /// By which application, as the session called itself.
    pub application: String,
    /// Its part of the file; none where it was forgotten, and where the object was retired or dropped.
    pub text: Option<String>,
    /// What differs from the text before, as a unified diff; where both texts are kept.
    pub diff: Option<String>,
    /// The text was forgotten.
    pub forgotten: bool,
}

/// What happened to an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Change {
    /// It came into the project.
    Created,
    /// It got another text.
    Replaced,
    /// It got another name.
    Renamed,
    /// Its file was gone.
    Retired,
    /// It was dropped after its file was gone.
    Dropped,
}

/// What was forgotten. It prints itself.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Forgotten {
    /// The project's name.
    pub project: String,
    /// The ledger's number of the first release that can still be gone back to.
    pub before: i64,
    /// How many texts were forgotten.
    pub texts: usize,
}

impl History {
    /// Only the last so many releases, and of each object the last so many versions.
    #[cfg(feature = "cli")]
    pub(crate) fn limited(mut self, limit: usize) -> Self {
        self.releases.truncate(limit);
        for object in &mut self.objects {
            object.versions.truncate(limit);
        }
        self
    }

    /// Only the releases, without what they changed.
    #[cfg(feature = "cli")]
    pub(crate) fn without_objects(mut self) -> Self {
        self.objects.clear();
        self.of_objects = false;
        for release in &mut self.releases {
            release.changes.clear();
        }
        self
    }
}

words!(
    Change:
    Created => "created", Replaced => "replaced", Renamed => "renamed", Retired => "retired",
    Dropped => "dropped"
);

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl fmt::Display for History {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.of_objects {
            for (place, object) in self.objects.iter().enumerate() {
                write!(f, "{}{object}", if place > 0 { "\n\n" } else { "" })?;
            }
        } else {
            said!(f, "{}: {}", self.project, count(self.releases.len(), "release"))?;
            for release in &self.releases {
                write!(f, "\n{release}")?;
            }
        }
        for warning in &self.warnings {
            row!(f, "")?;
            row!(f, "warning: {warning}")?;
        }
        Ok(())
    }
}

impl fmt::Display for ReleaseHistory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let AppliedRelease { number, checksum, applied_at, applied_by, application, .. } = &self.release;
        said!(f, "{number} {} at {applied_at} by {applied_by}", short(checksum))?;
        if !application.is_empty() {
            said!(f, " with {application}")?;
        }
        if self.stands {
            f.write_str(", stands")?;
        }
        if !self.kept {
            f.write_str(", not kept")?;
        }
        for ReleaseChange { change, kind, object } in &self.changes {
            row!(f, "  {change} {kind} {object}")?;
        }
        Ok(())
    }
}

impl fmt::Display for ObjectHistory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        said!(f, "{} {}: {}", self.kind, self.object, count(self.versions.len(), "change"))?;
        for version in &self.versions {
            write!(f, "\n\n{version}")?;
        }
        Ok(())
    }
}

impl fmt::Display for ObjectVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let checksum = short(&self.checksum);
        said!(f, "{} by release {checksum} (number {}) at {}", self.change, self.release, self.at)?;
        said!(f, ", {}", self.by)?;
        if !self.application.is_empty() {
            said!(f, " with {}", self.application)?;
        }
        if self.change == Change::Renamed {
            said!(f, ", to {}", self.object)?;
        }
        let shown = self.diff.as_ref().or(self.text.as_ref());
        for line in shown.iter().flat_map(|text| text.lines()) {
            write!(f, "\n  {}", Lines(line))?;
        }
        if self.forgotten {
            f.write_str("\n  its text was forgotten")?;
        }
        Ok(())
    }
}

impl fmt::Display for Forgotten {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (texts, before) = (count(self.texts, "text"), self.before);
        said!(f, "{}: forgot {texts} that no release from number {before} on holds", self.project)
    }
}
