//! The command line on a folder of SQL files.

fn main() -> std::process::ExitCode {
    viewkeeper::cli::main_on_folder()
}
