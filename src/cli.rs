//! The command line: one file for each command. Help, completions and man pages are all made
//! from the definitions here.

mod check;
mod completions;
mod diff;
mod explain;
mod generate;
mod graph;
mod init;
mod man;
mod schema;
mod terminal;
mod trace;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::input::Request;
use crate::selection::{Denied, Ignored, Selection, Selector};
use terminal::Terminal;

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Fine.
    Fine = 0,
    /// Findings at error level.
    Findings = 1,
    /// It could not run: usage, input or output, syntax.
    CouldNotRun = 2,
    /// The tree differs from what would be generated.
    Differs = 3,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Generates what has to agree about a tailnet's DNS from one declaration, and checks it before.
#[derive(Debug, Parser)]
#[command(
    version,
    about = "One declaration of a tailnet and its DNS in; checked NixOS modules and SOPS wiring out",
    after_long_help = "To start:\n  tailwright init\n  tailwright check tailnet.nix\n  \
                       tailwright generate tailnet.nix --out generated\n\nExit codes: 0 fine, 1 \
                       findings at error level, 2 could not run, 3 the tree differs."
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Check a declaration: all findings at once
    Check(check::Arguments),
    /// Check a declaration, then write the tree of generated files
    Generate(generate::Arguments),
    /// Follow a query: each hop, what decided it, what the client sees
    Trace(trace::Arguments),
    /// Compare two declarations: which queries and which files change
    Diff(diff::Arguments),
    /// Draw who asks whom, with circles in red
    Graph(graph::Arguments),
    /// Explain a rule: what it finds, why that is bad, what to do
    Explain(explain::Arguments),
    /// Print the JSON Schema of a declaration, for editors
    Schema,
    /// Write a declaration to start from
    Init(init::Arguments),
    /// Print the completions for a shell
    Completions(completions::Arguments),
    /// Print a man page
    Man(man::Arguments),
}

/// The declaration that a command works on.
#[derive(Debug, Args)]
struct Declaration {
    /// The declaration: a .nix or .json file, or - for JSON on standard input
    file: PathBuf,
    /// Where relative paths of the declaration start [default: the file's folder]
    #[arg(long, value_name = "DIR")]
    root: Option<PathBuf>,
    /// The name of the declaration in messages [default: the file as given]
    #[arg(long, value_name = "NAME")]
    display_name: Option<String>,
    /// Where the attributes of an evaluated declaration stand in its source (made by the flake library)
    #[arg(long, value_name = "FILE")]
    positions: Option<PathBuf>,
    /// How findings are printed
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

impl Declaration {
    fn request(&self) -> Request {
        Request {
            file: self.file.clone(),
            root: self.root.clone(),
            display_name: self.display_name.clone(),
            positions: self.positions.clone(),
        }
    }
}

/// Which rules count, and how.
#[derive(Debug, Args)]
struct Selected {
    /// Report findings of these rules alone: codes, names, groups, beginnings of codes such as TW5
    ///
    /// Several are separated by commas. What is wrong with the declaration as a text (TW001 to TW007),
    /// what can't be generated (TW009) and keys in it (TW701) are reported always. `tailwright
    /// explain` lists the rules.
    #[arg(long, value_name = "RULES", value_delimiter = ',')]
    select: Vec<Selector>,
    /// Leave out findings of these rules, also of selected and of denied ones
    #[arg(long, value_name = "RULES", value_delimiter = ',')]
    ignore: Vec<Ignored>,
    /// Make findings of these rules errors; `warnings` stands for all warnings
    #[arg(long, value_name = "RULES", value_delimiter = ',')]
    deny: Vec<Denied>,
}

impl Selected {
    fn selection(&self) -> Selection {
        Selection {
            select: self.select.clone(),
            ignore: self.ignore.clone(),
            deny: self.deny.clone(),
        }
    }
}

/// How findings are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Format {
    /// For people, with snippets
    #[default]
    Human,
    /// For programs
    Json,
    /// For code scanning: SARIF 2.1.0
    Sarif,
    /// For GitHub Actions: annotations
    Github,
}

/// Runs the program with the arguments of its process.
#[must_use]
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let mut terminal = Terminal::standard();
    let exit = match cli.command {
        Command::Check(arguments) => check::run(&arguments, &mut terminal),
        Command::Generate(arguments) => generate::run(&arguments, &mut terminal),
        Command::Trace(arguments) => trace::run(&arguments, &mut terminal),
        Command::Diff(arguments) => diff::run(&arguments, &mut terminal),
        Command::Graph(arguments) => graph::run(&arguments, &mut terminal),
        Command::Explain(arguments) => explain::run(&arguments, &mut terminal),
        Command::Schema => schema::run(&mut terminal),
        Command::Init(arguments) => init::run(&arguments, &mut terminal),
        Command::Completions(arguments) => completions::run(&arguments, &mut terminal),
        Command::Man(arguments) => man::run(&arguments, &mut terminal),
    };
    terminal.finish(exit).into()
}
