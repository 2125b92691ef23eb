//! Equal forms: static Nix, what Nix makes of it, and JSON in any order.

use std::path::Path;
use std::process::Command;

use serde_json::{Map, Value as Json};
use tailwright::declaration::Declaration;
use tailwright::declaration::load::load_json;
use tailwright::declaration::source::Source;

use super::cases::{Run, run, sound};

/// What `tailwright` makes of a declaration in JSON.
fn from_json(json: &Json) -> Run {
    let source = Source {
        display_name: "declaration.json".into(),
        text: json.to_string(),
    };
    let value = load_json(&source).unwrap();
    Run {
        checked: tailwright::check(&value, &Default::default()),
        value,
        source,
    }
}

/// A declaration as Nix evaluates it, path values as their text relative to the file's folder,
/// as a flake hands them over.
fn evaluated(file: &Path) -> Json {
    const RELATIVE: &str = r#"
      { file }:
      let
        root = toString (dirOf file) + "/";
        relative = value:
          if builtins.isPath value then
            builtins.substring (builtins.stringLength root) (-1) (toString value)
          else if builtins.isAttrs value then builtins.mapAttrs (_: relative) value
          else if builtins.isList value then map relative value
          else value;
      in relative (import file)"#;
    let call = format!("({RELATIVE}) {{ file = {}; }}", file.display());
    let output = Command::new("nix-instantiate")
        .args(["--eval", "--strict", "--json", "--store", "dummy://", "-E"])
        .arg(call)
        .env("NIX_CONF_DIR", super::cases::root().join("tests/nixos"))
        .env("NIX_USER_CONF_FILES", "")
        .env_remove("NIX_PATH")
        .env_remove("NIX_REMOTE")
        .output()
        .expect("nix-instantiate is installed");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}: {said}", file.display());
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The same value with the attributes of every set in reverse order.
fn reversed(json: &Json) -> String {
    match json {
        Json::Object(set) => {
            let entries: Vec<String> = set
                .iter()
                .rev()
                .map(|(name, value)| format!("{}: {}", Json::from(&**name), reversed(value)))
                .collect();
            format!("{{ {} }}", entries.join(",\n  "))
        }
        Json::Array(elements) => {
            let elements: Vec<String> = elements.iter().map(reversed).collect();
            format!("[{}]", elements.join(", "))
        }
        plain => plain.to_string(),
    }
}

/// Every sound declaration in JSON.
fn in_json() -> Vec<(String, std::path::PathBuf, Json)> {
    sound()
        .into_iter()
        .map(|(name, file)| {
            let is_nix = file.extension().is_some_and(|ending| ending == "nix");
            let json = if is_nix {
                evaluated(&file)
            } else {
                serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap()
            };
            (name, file, json)
        })
        .collect()
}

#[test]
fn all_forms_of_a_declaration_give_the_same_bytes() {
    let mut trees = 0;
    for (name, file, json) in in_json() {
        let written = run(&file);
        let evaluated = from_json(&json);
        let reordered: Json = serde_json::from_str(&reversed(&json)).unwrap();
        assert_eq!(reordered, json, "{name}");
        let source = Source {
            display_name: "reordered.json".into(),
            text: reversed(&json),
        };
        let value = load_json(&source).unwrap();
        let reordered = Run {
            checked: tailwright::check(&value, &Default::default()),
            value,
            source,
        };
        let files = written.files();
        trees += usize::from(files.len() > 1);
        assert_eq!(files, evaluated.files(), "{name}: evaluated");
        assert_eq!(files, reordered.files(), "{name}: reordered");
    }
    assert!(trees > 10, "only {trees} trees had files");
}

#[test]
fn the_schema_accepts_every_sound_declaration() {
    let schema = jsonschema::validator_for(&Declaration::json_schema()).unwrap();
    for (name, _, json) in in_json() {
        let errors: Vec<String> = schema
            .iter_errors(&json)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{name}: {errors:#?}");
    }
}

#[test]
fn the_schema_refuses_what_is_no_declaration() {
    let schema = jsonschema::validator_for(&Declaration::json_schema()).unwrap();
    for text in [
        r#"{ "tailnets": { "A b": { "suffix": "a.ts.net" } } }"#,
        r#"{ "tailnet": {} }"#,
        r#"{ "tailnet": { "suffix": "A.ts.net" } }"#,
        r#"{ "tailnet": { "suffix": "a.ts.net" }, "sitse": {} }"#,
        r#"{ "nodes": { "a": { "os": "windows" } } }"#,
        r#"{ "nodes": { "a": { "os": "nixos", "openPorts": [ { "port": 0 } ] } } }"#,
        r#"{ "nodes": { "a": { "os": "nixos", "roles": "worker" } } }"#,
    ] {
        let json: Json = serde_json::from_str(text).unwrap();
        assert!(!schema.is_valid(&json), "{text}");
        assert!(!from_json(&json).checked.findings.is_empty(), "{text}");
    }
    assert!(schema.is_valid(&Json::Object(Map::new())));
}
