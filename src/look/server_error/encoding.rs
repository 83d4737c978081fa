//! A character of the project's files that the database cannot hold. The server refuses the whole message and gives no position,
//! so the character is looked for in the files.

use crate::set::project::Project;
use crate::words::error::Error;

/// The error, with the place of the character that the database's encoding lacks.
pub fn placed(project: &Project, error: Error) -> Error {
    let server = error.server_error().filter(|server| server.code == "22P05");
    let Some(character) = server.and_then(|server| character(&server.message)) else { return error };
    let is_here = |file: &str| error.location().is_some_and(|location| location.file == project.shown(file));
    let found = |(file, text): (&str, &str)| Some((file.to_owned(), text.find(character)?));
    let here = project.files().filter(|(file, _)| is_here(file)).find_map(found);
    match here.or_else(|| project.files().find_map(found)) {
        Some((file, at)) => error.at(project.place(&file, at)).help(
            "take the character out; where `show server_encoding` is not UTF8, only a database with that encoding can hold it",
        ),
        None => error,
    }
}

/// The server names it by its bytes in UTF-8, in whichever language: `0xf0 0x9f 0x98 0x80`.
fn character(message: &str) -> Option<char> {
    let bytes: Vec<u8> =
        message.split("0x").skip(1).map_while(|rest| u8::from_str_radix(rest.get(..2)?, 16).ok()).collect();
    std::str::from_utf8(&bytes).ok()?.chars().next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_character_is_read_from_its_bytes() {
        let said = "character with byte sequence 0xf0 0x9f 0x98 0x80 in encoding \"UTF8\" has no equivalent in encoding \"LATIN1\"";
        assert_eq!(character(said), Some('😀'));
        assert_eq!(character("no bytes"), None);
    }
}
