//! `tailwright generate`

use std::path::{Path, PathBuf};

use clap::Args;

use super::terminal::{Terminal, To};
use super::{Declaration, Exit, Format, Selected};
use crate::finding::any_error;
use crate::write::{self, Difference, DifferenceKind, How, Plan, Written};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    declaration: Declaration,
    #[command(flatten)]
    selected: Selected,
    /// The directory of the tree; made where it does not exist
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Write nothing into the directory; list what differs and exit with 3 if anything does
    #[arg(long)]
    check: bool,
    /// With --check, also write the list into this file
    #[arg(long, value_name = "PATH", requires = "check")]
    report: Option<PathBuf>,
    /// With --check, the command that the message names as the remedy [default: this one, without --check]
    #[arg(long, value_name = "COMMAND", requires = "check")]
    update_command: Option<String>,
    /// Overwrite generated files that were edited by hand
    #[arg(long, conflicts_with = "check")]
    force: bool,
}

pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Exit {
    if let Some(report) = arguments
        .report
        .as_deref()
        .filter(|report| is_inside(report, &arguments.out))
    {
        return terminal.could_not_run(format!(
            "{} is inside {}, where --check writes nothing: name a file elsewhere",
            report.display(),
            arguments.out.display()
        ));
    }
    let format = arguments.declaration.format;
    let input = match terminal.read(&arguments.declaration.request(), format, To::Err) {
        Ok(input) => input,
        Err(exit) => return exit,
    };
    let checked =
        crate::check_selected(&input.value, &input.files, &arguments.selected.selection());
    if !checked.findings.is_empty() {
        terminal.findings(To::Err, format, &checked.findings, &input.source, None);
    }
    if any_error(&checked.findings) {
        // Behind JSON it would be a text too many for whoever parses that.
        if format == Format::Human {
            terminal.print(To::Err, "nothing was written\n");
            terminal.first_error(&checked.findings, &input.source);
        }
        return Exit::Findings;
    }
    let tree = match crate::generate(&checked.topology) {
        Ok(tree) => tree,
        Err(error) => return terminal.could_not_run(error),
    };
    let header = crate::header(&input.value);
    if arguments.check {
        return match write::plan(&arguments.out, &tree, &header) {
            Ok(plan) => compare(arguments, &plan, terminal),
            Err(error) => terminal.could_not_run(error),
        };
    }
    match write::write_tree(&arguments.out, &tree, &header, arguments.force) {
        Ok(written) => {
            say(arguments, &written, tree.files().len(), terminal);
            Exit::Fine
        }
        Err(error) => terminal.could_not_run(error),
    }
}

/// Whether a file would be below a directory, with symbolic links followed as far as they exist.
fn is_inside(file: &Path, directory: &Path) -> bool {
    let folder = match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    match (folder.canonicalize(), directory.canonicalize()) {
        (Ok(folder), Ok(directory)) => folder.starts_with(directory),
        _ => false,
    }
}

fn compare(arguments: &Arguments, plan: &Plan, terminal: &mut Terminal) -> Exit {
    let list: String = plan
        .differences()
        .iter()
        .map(|difference| {
            format!(
                "{}: {}\n",
                difference.path.display(),
                difference.kind.as_str()
            )
        })
        .collect();
    terminal.print(To::Out, &list);
    if let Some(path) = &arguments.report
        && let Err(error) = std::fs::write(path, &list)
    {
        return terminal.could_not_run(format!("can't write {}: {error}", path.display()));
    }
    if plan.is_current() {
        return Exit::Fine;
    }
    terminal.print(To::Err, &remedy(arguments, &plan.differences()));
    Exit::Differs
}

/// What is wrong, and what to run: the last lines of what a failing build shows.
fn remedy(arguments: &Arguments, differences: &[Difference]) -> String {
    let declaration = &arguments.declaration;
    let shown = declaration.display_name.clone();
    let shown = shown.unwrap_or_else(|| declaration.file.display().to_string());
    let command = arguments.update_command.clone().unwrap_or_else(|| {
        let file = declaration.file.display();
        format!(
            "tailwright generate {file} --out {}",
            arguments.out.display()
        )
    });
    let (files, verb) = match differences.len() {
        1 => ("1 file".to_owned(), "differs"),
        count => (format!("{count} files"), "differ"),
    };
    let is_edited = |one: &Difference| one.kind == DifferenceKind::Edited;
    let force = if differences.iter().any(is_edited) {
        "; it keeps what was edited by hand, unless `--force` is given"
    } else {
        ""
    };
    format!(
        "\nerror: {files} of the tree {verb} from what {shown} says\n  = help: run `{command}` and \
         commit the tree{force}\n"
    )
}

fn say(arguments: &Arguments, written: &Written, files: usize, terminal: &mut Terminal) {
    let out = arguments.out.display();
    let said = match written.how {
        How::Nothing => format!("{out} is up to date: {files} files and manifest.json\n"),
        How::Created => format!("wrote {files} files and manifest.json to {out}\n"),
        How::Exchanged => format!("brought {out} up to date: {files} files and manifest.json\n"),
        How::OneByOne => {
            format!("brought {out} up to date, file by file: {files} files and manifest.json\n")
        }
    };
    terminal.print(To::Out, &said);
    if let Some(kept) = &written.kept {
        terminal.print(
            To::Err,
            &format!(
                "warning: another program changed {out} meanwhile, or the old tree can't be removed: it \
                 is kept in {}\n",
                kept.display()
            ),
        );
    }
}
