//! `build`: the checks of the build script, without cargo. They are done when the folder is read; what is left is to
//! say what was found.

use std::fmt;

use serde::Serialize;

use super::answer::{Answer, Failed};
use super::context::Context;
use crate::words::amount::count;
use crate::words::checksum::short;
use crate::words::escape::{Lines, row, said};

#[derive(Serialize)]
struct Built {
    project: String,
    release: String,
    migrations: usize,
    checks: usize,
    /// The names of the objects, by tier.
    tiers: Vec<Vec<String>>,
    /// What works, but hardly as it was meant.
    warnings: Vec<String>,
}

pub fn answer(context: &Context<'_>) -> Result<Answer, Failed> {
    let migrator = context.project()?;
    let project = migrator.project();
    let manifest = project.manifest();
    let tiers = project.tiers();
    let built = Built {
        project: project.name().to_owned(),
        release: manifest.release.as_str().to_owned(),
        migrations: manifest.migrations.len(),
        checks: manifest.checks.len(),
        tiers: tiers
            .iter()
            .map(|tier| tier.iter().map(|object| object.identity().to_string()).collect())
            .collect(),
        warnings: project.warnings().iter().map(|lines| lines.join("\n")).collect(),
    };
    Ok(Answer::new(&built, false))
}

impl fmt::Display for Built {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let objects = self.tiers.iter().map(Vec::len).sum();
        said!(
            f,
            "{}: release {}, {}, {}, {}",
            self.project,
            short(&self.release),
            count(self.migrations, "table migration"),
            count(objects, "object"),
            count(self.checks, "check")
        )?;
        for (number, tier) in self.tiers.iter().enumerate() {
            row!(f, "  tier {}: {}", number + 1, tier.join(", "))?;
        }
        for warning in &self.warnings {
            write!(f, "\nwarning: {}", Lines(warning))?;
        }
        Ok(())
    }
}
