//! A declaration given as JSON, checked and generated inside the test's own process.

use std::collections::BTreeMap;

use serde_json::Value as Json;
use tailwright::Checked;
use tailwright::declaration::load::load;
use tailwright::declaration::source::{Format, Source};
use tailwright::finding::{Level, any_error};
use tailwright::report::{self, Diagnostic};

/// The text and content of every file of a tree.
pub(crate) type Files = BTreeMap<String, String>;

/// A declaration that was checked.
pub(crate) struct Run {
    pub(crate) source: Source,
    pub(crate) checked: Checked,
}

impl Run {
    /// Checks a text.
    ///
    /// # Panics
    /// When the text can't be loaded.
    pub(crate) fn text(text: String, format: Format) -> Self {
        let display_name = match format {
            Format::Nix => "tailnet.nix",
            Format::Json => "tailnet.json",
        };
        let source = Source {
            display_name: display_name.into(),
            text,
        };
        let value = load(&source, format).unwrap_or_else(|errors| panic!("{errors:?}"));
        let checked = tailwright::check(&value, &Default::default());
        Self { source, checked }
    }

    /// Checks a tree of values.
    pub(crate) fn json(declaration: &Json) -> Self {
        Self::text(declaration.to_string(), Format::Json)
    }

    pub(crate) fn has_errors(&self) -> bool {
        any_error(&self.checked.findings)
    }

    /// The tree, or `None` where there are findings at error level.
    ///
    /// # Panics
    /// When a declaration without errors has no tree: a defect of tailwright.
    pub(crate) fn files(&self) -> Option<Files> {
        if self.has_errors() {
            return None;
        }
        let tree = tailwright::generate(&self.checked.topology)
            .unwrap_or_else(|error| panic!("no tree: {error}\n{}", self.source.text));
        let files = tree.files().iter().map(|(path, content)| {
            let content = String::from_utf8(content.clone()).expect("generated files are UTF-8");
            (path.to_string(), content)
        });
        Some(files.collect())
    }

    /// The findings as people see them.
    pub(crate) fn human(&self) -> String {
        report::human::render(&self.diagnostics(), &self.source, false)
            + &report::human::defaults(&self.checked.topology.defaults)
    }

    /// The findings as programs see them.
    pub(crate) fn document(&self) -> String {
        let defaults = &self.checked.topology.defaults;
        report::json::document(&self.diagnostics(), Some(defaults))
    }

    fn diagnostics(&self) -> Vec<Diagnostic> {
        self.checked.findings.iter().map(Diagnostic::from).collect()
    }

    /// `code path: message` of every finding of a level.
    pub(crate) fn lines(&self, level: Level) -> Vec<String> {
        let findings = self.checked.findings.iter();
        findings
            .filter(|finding| finding.level == level)
            .map(|finding| {
                let path = finding.place.path.as_str();
                format!("{} {path}: {}", finding.rule.code, finding.message)
            })
            .collect()
    }
}

/// The values of a static Nix file as JSON; paths become strings.
///
/// # Panics
/// When it can't be loaded.
pub(crate) fn nix_to_json(text: &str) -> Json {
    let source = Source {
        display_name: "tailnet.nix".into(),
        text: text.to_owned(),
    };
    let value = load(&source, Format::Nix).unwrap_or_else(|errors| panic!("{errors:?}"));
    serde_json::from_str(&value.to_canonical_json()).expect("canonical JSON is JSON")
}

/// Writes a tree below a folder.
///
/// # Panics
/// When a file can't be written.
pub(crate) fn write(files: &Files, folder: &std::path::Path) {
    for (path, content) in files {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().expect("a file has a folder")).expect("a folder");
        std::fs::write(path, content).expect("writing a generated file");
    }
}
