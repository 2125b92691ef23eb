//! SARIF: valid against the official schema, with places that are right and fingerprints that
//! stay. The schema comes with the crate serde-sarif, whose types are a second reader.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::Command;

use serde_json::Value as Json;
use serde_sarif::sarif::Sarif;
use tailwright::declaration::load::load;
use tailwright::declaration::source::{Format, Source};
use tailwright::report::{Diagnostic, sarif};

use super::cases::{Run, all, run};
use super::{REFUSED, diagnostics, refused};

/// The schema that serde-sarif ships. Cargo knows where its sources are.
fn schema() -> Json {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version=1", "--locked", "--offline"])
        .args(["--filter-platform", "host-tuple"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    let metadata: Json = serde_json::from_slice(&output.stdout).unwrap();
    let package = metadata["packages"]
        .as_array()
        .unwrap()
        .iter()
        .find(|package| package["name"] == "serde-sarif")
        .expect("a dependency of the tests");
    let manifest = PathBuf::from(package["manifest_path"].as_str().unwrap());
    let file = manifest.parent().unwrap().join("src/schema.json");
    serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap()
}

fn validator() -> jsonschema::Validator {
    let mut schema = schema();
    let id = schema["$id"].as_str().unwrap();
    assert!(
        id.contains("oasis-tcs/sarif-spec") && id.contains("2.1.0"),
        "{id}"
    );
    // Two patterns of the schema are no regular expressions: a `]` too many. They are for languages,
    // which are not written.
    for definition in ["run", "toolComponent"] {
        let language = &mut schema["definitions"][definition]["properties"]["language"];
        let pattern = language.as_object_mut().unwrap().remove("pattern").unwrap();
        assert!(pattern.as_str().unwrap().contains("{2}]?"), "{pattern}");
    }
    jsonschema::options()
        .should_validate_formats(true)
        .build(&schema)
        .unwrap()
}

fn valid(name: &str, validator: &jsonschema::Validator, text: &str) -> Json {
    let log: Json = serde_json::from_str(text).unwrap();
    let errors: Vec<String> = validator
        .iter_errors(&log)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{name}: {errors:#?}");
    log
}

#[test]
fn every_log_is_valid() {
    let validator = validator();
    assert!(!validator.is_valid(&serde_json::json!({ "version": "2.1.0" })));
    let (mut results, mut related) = (0, 0);
    for case in all() {
        let run = run(&case.file);
        let text = sarif::document(&diagnostics(&run), &run.source);
        let log = valid(&case.name, &validator, &text);
        assert_eq!(
            log["runs"][0]["invocations"][0]["executionSuccessful"],
            true
        );
        let read: Sarif = serde_json::from_str(&text).unwrap();
        let read = read.runs[0].results.as_ref().unwrap();
        assert_eq!(read.len(), run.checked.findings.len(), "{}", case.name);
        results += read.len();
        related += text.matches("\"relatedLocations\"").count();
        places(&run, &log);
    }
    assert!(results > 200 && related > 20, "{results} {related}");
    for file in REFUSED {
        let (diagnostics, source) = refused(file);
        let log = valid(file, &validator, &sarif::document(&diagnostics, &source));
        stopped(file, &log, diagnostics.len());
    }
    let nothing = [Diagnostic::without_place("can't read a.nix: no such file")];
    let log = sarif::document(&nothing, &Source::empty("a.nix"));
    stopped("a.nix", &valid("a.nix", &validator, &log), 1);
}

/// What kept the declaration from being read is no result, and the run did not succeed.
fn stopped(name: &str, log: &Json, count: usize) {
    let run = &log["runs"][0];
    let invocation = &run["invocations"][0];
    assert_eq!(run["results"], Json::Array(Vec::new()), "{name}");
    assert_eq!(invocation["executionSuccessful"], false, "{name}");
    let said = invocation["toolExecutionNotifications"].as_array().unwrap();
    assert_eq!(said.len(), count, "{name}");
}

/// Lines, columns and offsets of each result lead to the same part of the text as the finding.
fn places(run: &Run, log: &Json) {
    let results = log["runs"][0]["results"].as_array().unwrap();
    let rules = log["runs"][0]["tool"]["driver"]["rules"]
        .as_array()
        .unwrap();
    let text = &run.source.text;
    for (finding, result) in run.checked.findings.iter().zip(results) {
        let rule = &rules[usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap()];
        assert_eq!(rule["id"], finding.rule.code);
        let region = &result["locations"][0]["physicalLocation"]["region"];
        let get = |name: &str| usize::try_from(region[name].as_u64().unwrap()).unwrap();
        // A policy file's finding has lines and columns alone.
        let here = finding.place.location.file == run.source.display_name;
        let Some(span) = finding.place.location.span.clone().filter(|_| here) else {
            continue;
        };
        let (offset, length) = (get("charOffset"), get("charLength"));
        let by_offset: String = text.chars().skip(offset).take(length).collect();
        assert_eq!(by_offset, text[span]);
        // The same by lines and columns, the end exclusive.
        let at = |line: &str, column: &str| -> usize {
            let before = text.split_inclusive('\n').take(get(line) - 1);
            before.map(|line| line.chars().count()).sum::<usize>() + get(column) - 1
        };
        assert_eq!(at("startLine", "startColumn"), offset);
        assert_eq!(at("endLine", "endColumn"), offset + length);
    }
}

fn fingerprints(source: &Source, format: Format) -> Vec<String> {
    let value = load(source, format).unwrap();
    let findings = tailwright::check(&value, &Default::default()).findings;
    let diagnostics: Vec<Diagnostic> = findings.iter().map(Diagnostic::from).collect();
    let log: Json = serde_json::from_str(&sarif::document(&diagnostics, source)).unwrap();
    let results = log["runs"][0]["results"].as_array().unwrap();
    results
        .iter()
        .map(|result| result["partialFingerprints"]["tailwright/v1"].to_string())
        .collect()
}

#[test]
fn fingerprints_tell_findings_apart_and_outlive_moved_lines() {
    let mut several = 0;
    for case in all() {
        if case.file.extension().is_none_or(|ending| ending != "nix") {
            continue;
        }
        let source = run(&case.file).source;
        let before = fingerprints(&source, Format::Nix);
        let different: BTreeSet<&String> = before.iter().collect();
        assert_eq!(different.len(), before.len(), "{}", case.name);
        let moved = Source {
            display_name: "elsewhere/ü.nix".into(),
            text: format!("# ü\n\n# Moved.\n  {}", source.text),
        };
        assert_eq!(fingerprints(&moved, Format::Nix), before, "{}", case.name);
        several += usize::from(before.len() > 1);
    }
    assert!(several > 5, "only {several}");
}
