//! `man`: the manual page, the commands included.

use clap::CommandFactory;

use super::answer::{Answer, Failed};

pub fn answer() -> Result<Answer, Failed> {
    let mut command = super::arguments::Arguments::command();
    command.build();
    let mut page = Vec::new();
    let failed = |error: std::io::Error| Failed::new(format!("cannot write the manual page: {error}"));
    clap_mangen::Man::new(command.clone()).render(&mut page).map_err(failed)?;
    let mut page = String::from_utf8_lossy(&page)
        .replace("\n.SH EXTRA\n", "\n.SH EXAMPLES\n.nf\n")
        .replace("\n.SH VERSION", "\n.fi\n.SH VERSION");
    for command in command.get_subcommands().filter(|command| !command.is_hide_set()) {
        page.push_str(&section(command).map_err(failed)?);
    }
    let page = page.trim_end().to_owned();
    let json = serde_json::json!({"page": page});
    Ok(Answer::raw(page, json, false))
}

/// A section of the page for one command: what it does, its own options, examples.
fn section(command: &clap::Command) -> std::io::Result<String> {
    let own = command.clone().mut_args(|argument| match argument.is_global_set() {
        true => argument.hide(true),
        false => argument,
    });
    let man = clap_mangen::Man::new(own.disable_help_flag(true));
    let mut text = Vec::new();
    man.render_description_section(&mut text)?;
    man.render_options_section(&mut text)?;
    man.render_extra_section(&mut text)?;
    let mut section = format!(".SH \"VIEWKEEPER {}\"\n", command.get_name().to_uppercase());
    for line in String::from_utf8_lossy(&text).lines() {
        match line {
            // Each part brings the page's prelude along, and a heading that the page has already.
            line if line.starts_with(".ie ") || line.starts_with(".el ") => {}
            ".SH DESCRIPTION" | ".SH OPTIONS" => {}
            ".SH EXTRA" => section.push_str(".PP\n.nf\n"),
            line => {
                section.push_str(line);
                section.push('\n');
            }
        }
    }
    if section.contains(".nf\n") {
        section.push_str(".fi\n");
    }
    Ok(section)
}
