//! What looks like a key is refused, and repeated nowhere.

use serde_json::Value as Json;
use tailwright::declaration::load::load;
use tailwright::declaration::source::{Format, Source};
use tailwright::report::{self, Diagnostic};

use crate::complete;
use crate::declaration::Run;
use crate::fields::walk;

/// The part of each key that must turn up nowhere, whatever its case.
const SECRET: &str = "zqsecretzq";

/// Texts that look like keys, put together here so that none stands in the repository.
fn keys() -> Vec<String> {
    let key = format!("{}key-auth-k{SECRET}-{SECRET}", "ts");
    let pem =
        |kind: &str| format!("-----BEGIN {kind}-----\n{SECRET}\n{SECRET}\n-----END {kind}-----\n");
    vec![
        key.clone(),
        key.to_uppercase(),
        format!("1.1.1.1:{key}"),
        format!("tag:{key}"),
        format!("node:{key}"),
        format!("./{key}"),
        format!("a.{key}.example"),
        format!("{key}."),
        format!("https://{key}"),
        format!("10.0.0.1/{key}"),
        format!("{}key-{SECRET}", "hs"),
        format!("{}-SECRET-KEY-1{SECRET}", "AGE"),
        format!("{}p_{SECRET}", "gh"),
        pem(&format!("OPENSSH {} KEY", "PRIVATE")),
        pem(&format!("PGP {} KEY BLOCK", "PRIVATE")),
    ]
}

fn assert_hidden(text: &str, what: &str) {
    let found = text.to_lowercase().contains(SECRET);
    assert!(!found, "{what} repeats a key:\n{text}");
}

#[test]
fn keys_are_refused_and_never_repeated() {
    let mut base = complete();
    let accepted = serde_json::json!({ "code": "TW701", "reason": "not with me" });
    base["suppress"]
        .as_array_mut()
        .expect("a list")
        .push(accepted);
    // Each in one of three forms, by turns: in all of them it would take minutes.
    let forms: [fn(&Json) -> Run; 3] = [
        Run::json,
        |declaration| Run::text(format!("{declaration:#}"), Format::Json),
        |declaration| Run::text(as_nix(declaration), Format::Nix),
    ];
    let mut turn = 0;
    for field in walk(&base).all() {
        for key in keys() {
            let (changed, path) = field.with(&base, &key);
            turn += 1;
            let run = forms[turn % 4 % 3](&changed);
            let is_found = run
                .checked
                .findings
                .iter()
                .any(|one| one.rule.code == "TW701");
            assert!(is_found && run.files().is_none(), "{path}");
            assert_hidden(&run.human(), "the report for people");
            assert_hidden(&run.document(), "the report for programs");
        }
    }
}

/// Nix with every string as an indented one where it has lines, as people write keys.
pub(crate) fn as_nix(value: &Json) -> String {
    let quoted = |text: &str| {
        let escaped = text
            .replace('\\', "\\\\")
            .replace('"', "\\\"")
            .replace("${", "\\${");
        format!("\"{escaped}\"")
    };
    match value {
        Json::String(text) if text.ends_with('\n') => {
            format!(
                "''\n{}\n''",
                text.replace("''", "'''").replace("${", "''${")
            )
        }
        Json::String(text) => quoted(text),
        Json::Array(items) => {
            let items: String = items.iter().map(|item| as_nix(item) + "\n").collect();
            format!("[\n{items}]")
        }
        Json::Object(set) => {
            let entries: String = set
                .iter()
                .map(|(name, value)| format!("{} = {};\n", quoted(name), as_nix(value)))
                .collect();
            format!("{{\n{entries}}}")
        }
        other => other.to_string(),
    }
}

#[test]
fn texts_that_are_no_declaration_keep_their_keys_to_themselves() {
    for key in keys() {
        let word = key.lines().next().unwrap_or_default();
        let quoted = Json::from(key.as_str()).to_string();
        for (format, text) in [
            (Format::Json, format!("{{ \"a\": {quoted} \"b\": 1 }}")),
            (Format::Json, format!("{{ \"a\": {key} }}")),
            (Format::Json, quoted.clone()),
            (Format::Nix, format!("{{ a = {quoted} b = 1; }}")),
            (Format::Nix, format!("{{ a = ''\n{key}\n'' b = 1; }}")),
            (Format::Nix, format!("{{ a = {word}; }}")),
            (Format::Nix, format!("{{ a = 1; }}.{word}")),
            (Format::Nix, format!("{{ {quoted} = 1; {quoted} = 2; }}")),
            (
                Format::Nix,
                format!("{{ a.{quoted} = 1; b = {{ }}.{quoted}; }}"),
            ),
            (
                Format::Nix,
                format!("rec {{ {quoted} = a; a = b; b = a; }}"),
            ),
            (Format::Nix, format!("let {word} = {word}; in {word}")),
            (
                Format::Nix,
                format!("{{ a = builtins.readFile {quoted}; }}"),
            ),
        ] {
            let source = Source {
                display_name: "tailnet".into(),
                text,
            };
            let Err(errors) = load(&source, format) else {
                continue;
            };
            let diagnostics: Vec<Diagnostic> = errors.iter().map(Diagnostic::from).collect();
            assert!(!diagnostics.is_empty());
            let human = report::human::render(&diagnostics, &source, false);
            assert_hidden(&human, "the report for people");
            assert_hidden(
                &report::json::document(&diagnostics, None),
                "the report for programs",
            );
            let sarif = report::sarif::document(&diagnostics, &source);
            assert_hidden(&sarif, "the report for code scanning");
            let github = report::github::render(&diagnostics, &source);
            assert_hidden(&github, "the annotations");
        }
    }
}
