//! Standard output and standard error, and how findings get there.

use std::fmt::Display;
use std::io::{ErrorKind, Write};

use anstream::{AutoStream, ColorChoice};

use super::{Exit, Format};
use crate::Checked;
use crate::declaration::source::Source;
use crate::finding::Finding;
use crate::input::{Input, InputError, Request, read};
use crate::report::{Diagnostic, github, human, json, sarif, summary};
use crate::topology::DefaultUsed;

/// Where a text goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum To {
    /// Standard output: the result of the command.
    Out,
    /// Standard error: everything else.
    Err,
}

/// Standard output and standard error. What could not be written is remembered.
pub(super) struct Terminal {
    failed: Option<std::io::Error>,
}

impl Terminal {
    /// Those of the process.
    pub(super) fn standard() -> Self {
        Self { failed: None }
    }

    /// Prints a text as it is; colours are dropped where nobody would see them.
    pub(super) fn print(&mut self, to: To, text: &str) {
        let written = match to {
            To::Out => write_all(anstream::stdout(), text),
            To::Err => write_all(anstream::stderr(), text),
        };
        if let Err(error) = written {
            self.failed.get_or_insert(error);
        }
    }

    /// Prints a line that says why the command could not run.
    pub(super) fn could_not_run(&mut self, error: impl Display) -> Exit {
        self.print(To::Err, &format!("error: {error}\n"));
        Exit::CouldNotRun
    }

    /// The exit code, once everything is printed. A reader that has gone away (`| head`) is no
    /// failure, a full disk is one.
    pub(super) fn finish(self, exit: Exit) -> Exit {
        match self.failed {
            Some(error) if error.kind() != ErrorKind::BrokenPipe => Exit::CouldNotRun,
            _ => exit,
        }
    }

    /// Reads a declaration, or says why that can't be done: to people on standard error, to
    /// programs in their format where the command's findings go.
    pub(super) fn read(
        &mut self,
        request: &Request,
        format: Format,
        findings: To,
    ) -> Result<Input, Exit> {
        read(request).map_err(|error| match error {
            InputError::Load {
                errors,
                text: source,
            } => {
                let diagnostics: Vec<Diagnostic> = errors.iter().map(Diagnostic::from).collect();
                let to = match format {
                    Format::Human => To::Err,
                    Format::Json | Format::Sarif | Format::Github => findings,
                };
                self.diagnostics(to, format, &diagnostics, &source, None);
                if format == Format::Human && findings == To::Err {
                    self.repeat_first(&diagnostics, &source, 1);
                }
                Exit::CouldNotRun
            }
            other if format == Format::Human => self.could_not_run(other),
            other => {
                let diagnostics = [Diagnostic::without_place(other.to_string())];
                let nothing = Source::empty(&request.shown());
                self.diagnostics(findings, format, &diagnostics, &nothing, None);
                Exit::CouldNotRun
            }
        })
    }

    /// Reads and checks a declaration whose findings are not what was asked for: for people they go to
    /// standard error, and what they concern may be missing in the result.
    pub(super) fn checked(&mut self, request: &Request, format: Format) -> Result<Checked, Exit> {
        let input = self.read(request, format, To::Err)?;
        let checked = crate::check(&input.value, &input.files);
        if !checked.findings.is_empty() && format == Format::Human {
            self.findings(To::Err, format, &checked.findings, &input.source, None);
        }
        Ok(checked)
    }

    /// Prints findings and their summary.
    pub(super) fn findings(
        &mut self,
        to: To,
        format: Format,
        findings: &[Finding],
        source: &Source,
        defaults: Option<&[DefaultUsed]>,
    ) {
        let diagnostics: Vec<Diagnostic> = findings.iter().map(Diagnostic::from).collect();
        self.diagnostics(to, format, &diagnostics, source, defaults);
    }

    /// Repeats the first error in short where the findings before it are many lines.
    pub(super) fn first_error(&mut self, findings: &[Finding], source: &Source) {
        let diagnostics: Vec<Diagnostic> = findings.iter().map(Diagnostic::from).collect();
        // The summary and one more line stand behind them.
        self.repeat_first(&diagnostics, source, 2);
    }

    fn repeat_first(&mut self, diagnostics: &[Diagnostic], source: &Source, after: usize) {
        if let Some(text) = human::first_error(diagnostics, source, after) {
            self.print(To::Err, &text);
        }
    }

    fn diagnostics(
        &mut self,
        to: To,
        format: Format,
        diagnostics: &[Diagnostic],
        source: &Source,
        defaults: Option<&[DefaultUsed]>,
    ) {
        match format {
            Format::Human => {
                let text = human::render(diagnostics, source, is_styled(to));
                self.print(to, &text);
                if let Some(defaults) = defaults {
                    self.print(to, &human::defaults(defaults));
                }
                self.print(to, &format!("{}\n", summary(diagnostics)));
            }
            Format::Json => self.print(to, &json::document(diagnostics, defaults)),
            Format::Sarif => self.print(to, &sarif::document(diagnostics, source)),
            Format::Github => self.print(to, &github::render(diagnostics, source)),
        }
    }
}

fn is_styled(to: To) -> bool {
    let choice = match to {
        To::Out => AutoStream::choice(&std::io::stdout()),
        To::Err => AutoStream::choice(&std::io::stderr()),
    };
    choice != ColorChoice::Never
}

fn write_all(mut stream: impl Write, text: &str) -> std::io::Result<()> {
    stream.write_all(text.as_bytes())?;
    stream.flush()
}
