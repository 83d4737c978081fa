//! `man`: the manual page, the commands included.

use clap::CommandFactory;

use super::answer::{Answer, Failed};

pub fn answer() -> Result<Answer, Failed> {
    let mut command = super::arguments::Arguments::command();
    command.build();
    let mut page = Vec::new();
    let failed = |error: std::io::Error| Failed::new(format!("cannot write the manual page: {error}"));
    clap_mangen::Man::new(command.clone()).render(&mut page).map_err(failed)?;
    for command in command.get_subcommands().filter(|command| !command.is_hide_set()) {
        let man = clap_mangen::Man::new(command.clone());
        page.extend_from_slice(format!(".SH \"COMMAND {}\"\n", command.get_name().to_uppercase()).as_bytes());
        man.render_description_section(&mut page).map_err(failed)?;
        man.render_options_section(&mut page).map_err(failed)?;
        man.render_extra_section(&mut page).map_err(failed)?;
    }
    let page = String::from_utf8_lossy(&page).trim_end().to_owned();
    let json = serde_json::json!({"page": page});
    Ok(Answer::raw(page, json, false))
}
