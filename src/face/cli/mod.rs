//! The commands: for the binary `viewkeeper`, which reads a folder, and for applications that offer them on their
//! embedded project. One file a command; each is a function from its arguments and a context to an answer.

use std::ffi::OsString;
use std::io::{IsTerminal, Write};
use std::process::ExitCode;
use std::rc::Rc;

use clap::{CommandFactory, FromArgMatches};
use postgres::Socket;
use postgres::tls::{MakeTlsConnect, TlsConnect};

use self::answer::{Answer, Failed};
use self::arguments::{Arguments, Command, Shared};
use self::context::{Context, Source};
use super::migrator::Migrator;
use crate::face::connect::target::{
    Connect, MakeCancel, Own, Read, Target, Way, cancel_without_tls, parsed, without_tls,
};
use crate::words::escape::{Lines, json};

mod answer;
mod apply;
mod arguments;
#[cfg(feature = "tool")]
mod build;
mod check;
#[cfg(feature = "tool")]
mod completions;
mod context;
mod discover;
mod export;
#[cfg(feature = "tool")]
mod folder;
mod graph;
mod history;
mod interrupt;
#[cfg(feature = "tool")]
mod man;
#[cfg(feature = "tool")]
mod new;
mod paint;
mod plan;
mod progress;
mod refresh;
mod rollback;
mod status;
mod throwaway;
mod validate;

/// The commands on an application's embedded project, for its own `main`:
/// `viewkeeper::cli::main(migrate::migrator())`.
pub fn main(migrator: Migrator) -> ExitCode {
    Commands::of(migrator).run()
}

/// The commands on an application's embedded project, where [`main`] is not enough.
///
/// ```no_run
/// # mod migrate { pub fn migrator() -> viewkeeper::Migrator { unimplemented!() } }
/// # fn example() -> std::process::ExitCode {
/// # let tls = viewkeeper::postgres::NoTls;
/// // `app db check`, with the application's own TLS.
/// let arguments = std::iter::once("app db".into()).chain(std::env::args_os().skip(2));
/// viewkeeper::cli::Commands::of(migrate::migrator())
///     .arguments(arguments)
///     .tls(tls)
///     .run()
/// # }
/// ```
#[must_use = "nothing happens until `run` is called"]
pub struct Commands {
    migrator: Migrator,
    arguments: Vec<OsString>,
    connect: Box<Connect>,
    cancel: Box<MakeCancel>,
}

impl Commands {
    /// The commands with the arguments of this process, and connections without TLS.
    pub fn of(migrator: Migrator) -> Self {
        let (connect, cancel) = (Box::new(without_tls), Box::new(cancel_without_tls));
        Commands { migrator, arguments: std::env::args_os().collect(), connect, cancel }
    }

    /// What is typed, for an application that has commands of its own: first the name that help texts show, such as `app db`,
    /// then what stands after it on the command line.
    pub fn arguments(mut self, arguments: impl IntoIterator<Item = OsString>) -> Self {
        self.arguments = arguments.into_iter().collect();
        self
    }

    /// Connects with TLS, and cancels with it what runs when somebody presses Ctrl-C.
    pub fn tls<T>(self, tls: T) -> Self
    where
        T: MakeTlsConnect<Socket> + Clone + Send + 'static,
        T::TlsConnect: Send,
        T::Stream: Send,
        <T::TlsConnect as TlsConnect<Socket>>::Future: Send,
    {
        let connector = tls.clone();
        let mut commands = self.connect(move |config| config.connect(connector.clone()));
        commands.cancel = Box::new(move |token| {
            let tls = tls.clone();
            Box::new(move || drop(token.cancel_query(tls.clone())))
        });
        commands
    }

    /// How to connect, for a tunnel. The URL is read as `postgres::Config` reads it. What runs when somebody presses Ctrl-C is
    /// cancelled without TLS.
    pub fn connect(
        mut self,
        connect: impl Fn(&postgres::Config) -> Result<postgres::Client, postgres::Error> + 'static,
    ) -> Self {
        self.connect = Box::new(connect);
        self
    }

    /// Does what is asked for and prints the answer, or the error.
    pub fn run(self) -> ExitCode {
        let Commands { migrator, arguments, connect, cancel } = self;
        let shown = arguments.first().map(std::path::PathBuf::from);
        let name = shown.as_ref().and_then(|path| Some(path.file_name()?.to_str()?.to_owned()));
        let command = match name {
            Some(name) => named(embedded(Arguments::command()), &name),
            None => embedded(Arguments::command()),
        };
        let own: Rc<dyn Way> = Rc::new(Own { connect, cancel });
        let read = |url: &str| Ok(Target::new(parsed(url)?, Rc::clone(&own)));
        run(command, arguments, &|_| Ok(migrator.clone()), &read)
    }
}

/// Hides what is for a folder: the option, and commands that are compiled in where cargo unites features.
fn embedded(mut command: clap::Command) -> clap::Command {
    for of_folders in ["build", "completions", "man", "new"] {
        if command.find_subcommand(of_folders).is_some() {
            command = command.mut_subcommand(of_folders, |command| command.hide(true));
        }
    }
    command.mut_arg("sql", |argument| argument.hide(true))
}

/// The help texts with the application's name.
fn named(command: clap::Command, name: &str) -> clap::Command {
    let renamed = |command: clap::Command| match command.get_after_help().map(ToString::to_string) {
        Some(text) => command.after_help(text.replace("viewkeeper ", &format!("{name} "))),
        None => command,
    };
    renamed(command).mut_subcommands(renamed).bin_name(name).display_name(name)
}

/// The binary `viewkeeper`.
#[cfg(feature = "tool")]
pub fn main_on_folder() -> ExitCode {
    run(
        Arguments::command(),
        std::env::args_os().collect(),
        &|options| folder::migrator(&options.sql),
        &crate::face::connect::tls::target,
    )
}

fn run(command: clap::Command, arguments: Vec<OsString>, source: Source<'_>, read: Read<'_>) -> ExitCode {
    let parsed = command.try_get_matches_from(arguments);
    let mut arguments = match parsed.and_then(|matches| Arguments::from_arg_matches(&matches)) {
        Ok(arguments) => arguments,
        Err(error) => error.exit(),
    };
    let settled = arguments.settle();
    let Arguments { options, command } = &arguments;
    interrupt::listen();
    let mut answer = settled.and_then(|()| answer(command, &Context::new(options, source, read)));
    progress::end();
    let mut code = match answer {
        Ok(Answer { differs: true, .. }) => 1,
        Ok(_) => 0,
        Err(_) => 2,
    };
    if let Some(signal) = interrupt::caught() {
        code = signal.exit_code();
        answer = answer.map_err(|failed| failed.interrupted(signal.name()));
    }
    print(answer, options);
    ExitCode::from(code)
}

/// A reader that went away has seen what it wanted, so nothing is made of an error here.
fn print(answer: Result<Answer, Failed>, options: &Shared) {
    let _ = match answer {
        Ok(_) if options.quiet => Ok(()),
        Ok(answer) if options.json => writeln!(std::io::stdout(), "{}", json(&format!("{:#}", answer.json))),
        // A program gets it as it is; on a terminal nothing in it is a command.
        Ok(answer) if answer.raw && !std::io::stdout().is_terminal() => {
            writeln!(std::io::stdout(), "{}", answer.text)
        }
        Ok(answer) if answer.raw => writeln!(std::io::stdout(), "{}", Lines(&answer.text)),
        Ok(answer) => writeln!(anstream::stdout(), "{}", paint::painted(&answer.text)),
        Err(failed) if options.json => {
            writeln!(std::io::stderr(), "{}", json(&format!("{:#}", failed.json())))
        }
        Err(failed) => writeln!(anstream::stderr(), "{}", paint::painted(&failed.text())),
    };
}

fn answer(command: &Command, context: &Context<'_>) -> Result<Answer, Failed> {
    match command {
        #[cfg(feature = "tool")]
        Command::Build => build::answer(context),
        Command::Plan(arguments) => plan::answer(arguments, context),
        Command::Apply => apply::answer(context),
        Command::Check(arguments) => check::answer(arguments, context),
        Command::Export(arguments) => export::answer(arguments, context),
        Command::Status => status::answer(context),
        Command::Discover(arguments) => discover::answer(arguments, context),
        Command::Validate(arguments) => validate::answer(arguments, context),
        Command::Refresh(arguments) => refresh::answer(arguments, context),
        Command::Graph(arguments) => graph::answer(arguments, context),
        #[cfg(feature = "tool")]
        Command::New(arguments) => new::answer(arguments, context),
        Command::History(arguments) => history::answer(arguments, context),
        Command::Rollback(arguments) => rollback::answer(arguments, context),
        #[cfg(feature = "tool")]
        Command::Completions(arguments) => Ok(completions::answer(arguments)),
        #[cfg(feature = "tool")]
        Command::Man => man::answer(),
    }
}
