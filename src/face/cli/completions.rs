//! `completions`: the script that completes commands in a shell.

use clap::CommandFactory;
use clap_complete::Shell;

use super::answer::Answer;

#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  viewkeeper completions bash > /usr/share/bash-completion/completions/viewkeeper
  viewkeeper completions fish > ~/.config/fish/completions/viewkeeper.fish")]
pub struct Arguments {
    /// The shell
    shell: Shell,
}

pub fn answer(arguments: &Arguments) -> Answer {
    let mut script = Vec::new();
    let mut command = super::arguments::Arguments::command();
    clap_complete::generate(arguments.shell, &mut command, "viewkeeper", &mut script);
    let script = String::from_utf8_lossy(&script).trim_end().to_owned();
    let json = serde_json::json!({"shell": arguments.shell.to_string(), "script": script});
    Answer::raw(script, json, false)
}
