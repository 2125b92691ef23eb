//! Which rules are reported, and which of their findings are errors: `--select`, `--ignore` and
//! `--deny`.
//!
//! What `suppress` can't accept can't be left out either (but for TW008, which is about the entries
//! themselves): what is wrong with the declaration as a text leaves nothing to go on with, and a key
//! in it would be copied into the tree.

use std::str::FromStr;

use crate::finding::{Finding, Level};
use crate::rules::{self, RULES, Rule, unused_suppression};
use crate::suppress::is_acceptable;

/// Some rules: one, a group, or those whose codes begin alike.
#[derive(Debug, Clone)]
pub struct Selector(Vec<&'static Rule>);

/// Rules that can be left out.
#[derive(Debug, Clone)]
pub struct Ignored(Selector);

/// Findings that become errors.
#[derive(Debug, Clone)]
pub enum Denied {
    /// Whatever would be a warning.
    Warnings,
    /// Whatever these rules find.
    Rules(Selector),
}

/// Why a word selects nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SelectionError {
    /// No rule, group or beginning of a code.
    #[error("{0}")]
    Unknown(String),
    /// A rule that is always reported.
    #[error("{0} is always reported and can't be ignored: correct what it finds")]
    Always(&'static str),
}

impl FromStr for Selector {
    type Err = SelectionError;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        selector(word, None)
    }
}

fn selector(word: &str, other: Option<&'static str>) -> Result<Selector, SelectionError> {
    if let Some(rule) = rules::by_code_or_name(word) {
        return Ok(Selector(vec![rule]));
    }
    let beginning = word.to_ascii_uppercase();
    let is_beginning = beginning.starts_with("TW");
    let some: Vec<&'static Rule> = RULES
        .iter()
        .copied()
        .filter(|rule| rule.group() == word || is_beginning && rule.code.starts_with(&beginning))
        .collect();
    if some.is_empty() {
        let groups = RULES.iter().map(|rule| rule.group());
        let unknown = rules::unknown(word, groups.chain(other));
        return Err(SelectionError::Unknown(unknown));
    }
    Ok(Selector(some))
}

impl FromStr for Ignored {
    type Err = SelectionError;

    /// A group and a beginning may have rules in them that are always reported; naming one of
    /// those alone would do nothing.
    fn from_str(word: &str) -> Result<Self, Self::Err> {
        let selector: Selector = word.parse()?;
        match selector.0.as_slice() {
            [rule] if rules::by_code_or_name(word).is_some() && is_always_reported(rule) => {
                Err(SelectionError::Always(rule.code))
            }
            _ => Ok(Self(selector)),
        }
    }
}

impl FromStr for Denied {
    type Err = SelectionError;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        const WARNINGS: &str = "warnings";
        if word == WARNINGS {
            return Ok(Self::Warnings);
        }
        selector(word, Some(WARNINGS)).map(Self::Rules)
    }
}

impl Selector {
    fn has(&self, rule: &Rule) -> bool {
        self.0.iter().any(|one| one.code == rule.code)
    }
}

/// What a check reports. As it is by default: everything, at the levels of the rules.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// These rules alone; all where empty.
    pub select: Vec<Selector>,
    /// None of these, whatever else is said of them.
    pub ignore: Vec<Ignored>,
    /// These as errors.
    pub deny: Vec<Denied>,
}

impl Selection {
    /// Whether findings of a rule are reported.
    #[must_use]
    pub fn reports(&self, rule: &Rule) -> bool {
        let is_selected = self.select.is_empty() || self.select.iter().any(|some| some.has(rule));
        let is_ignored = self.ignore.iter().any(|Ignored(some)| some.has(rule));
        is_always_reported(rule) || (is_selected && !is_ignored)
    }

    /// Leaves out what is not reported, and makes errors of what is denied.
    pub fn apply(&self, findings: &mut Vec<Finding>) {
        findings.retain(|finding| self.reports(finding.rule));
        for finding in findings {
            if self.deny.iter().any(|denied| denied.has(finding)) {
                finding.level = Level::Error;
            }
        }
    }
}

impl Denied {
    fn has(&self, finding: &Finding) -> bool {
        match self {
            Self::Warnings => finding.level == Level::Warning,
            Self::Rules(some) => some.has(finding.rule),
        }
    }
}

fn is_always_reported(rule: &Rule) -> bool {
    !is_acceptable(rule.code) && rule.code != unused_suppression::RULE.code
}

#[cfg(test)]
#[path = "selection/tests.rs"]
mod tests;
