//! The forms of a declaration, and what of the user's files the tree is built from.

use std::fs;

use crate::nix::Nix;
use crate::scratch::{Scratch, files, repository};

/// Each form of the declaration in `tailnet.nix`, and what it needs beside it.
const FORMS: [&str; 5] = [
    "declaration = ./tailnet.nix;",
    "declaration = ./tailnet.json;",
    "declaration = import ./tailnet.nix;",
    // Without positions.
    "declaration = builtins.mapAttrs (_: part: part) (builtins.fromJSON (builtins.readFile ./tailnet.json));",
    "declaration = builtins.toPath (toString ./tailnet.nix);",
];

fn in_each_form(declaration: &str, json: &str) {
    // What the example names beside its secrets.
    let policy = repository().join("examples/homelab/policy.hujson");
    let policy = fs::read_to_string(policy).unwrap();
    for nix in Nix::all() {
        for form in FORMS {
            let scratch = Scratch::new(form);
            scratch.write("tailnet.nix", declaration);
            scratch.write("tailnet.json", json);
            scratch.write("policy.hujson", &policy);
            scratch.generate("tailnet.nix");
            let expected = files(&scratch.path().join("generated"));
            let tree = nix
                .build(scratch.path(), "tailnet.tree", &[])
                .unwrap_or_else(|said| panic!("{form}\n{said}"));
            assert_eq!(files(&tree), expected, "{form}");
        }
    }
}

fn as_json(declaration: &str) -> String {
    use tailwright::declaration::load::load;
    use tailwright::declaration::source::{Format, Source};
    let source = Source {
        display_name: "tailnet.nix".into(),
        text: declaration.to_owned(),
    };
    load(&source, Format::Nix).unwrap().to_canonical_json()
}

#[test]
fn the_starter_is_the_same_in_each_form() {
    let declaration = crate::scratch::starter();
    in_each_form(&declaration, &as_json(&declaration));
}

#[test]
fn the_example_is_the_same_in_each_form() {
    let path = repository().join("examples/homelab/tailnet.nix");
    let declaration = fs::read_to_string(path).unwrap();
    in_each_form(&declaration, &as_json(&declaration));
}

#[test]
fn a_declaration_may_be_in_a_folder_below_the_root() {
    for nix in Nix::all() {
        for form in ["./net/tailnet.nix", "import ./net/tailnet.nix"] {
            let scratch = Scratch::new(&format!("declaration = {form};"));
            let starter = crate::scratch::starter();
            scratch.write(
                "net/tailnet.nix",
                &starter.replace("./secrets", "../secrets"),
            );
            scratch.generate("tailnet.nix");
            let tree = nix
                .build(scratch.path(), "tailnet.tree", &[])
                .unwrap_or_else(|said| panic!("{form}\n{said}"));
            assert_eq!(
                files(&tree),
                files(&scratch.path().join("generated")),
                "{form}"
            );
        }
    }
}

#[test]
fn only_what_the_declaration_names_builds_the_tree_again() {
    for nix in Nix::all() {
        for form in ["./tailnet.nix", "import ./tailnet.nix"] {
            let scratch = Scratch::new(&format!("declaration = {form};"));
            let derivation = || {
                nix.eval(scratch.path(), "tailnet.tree.drvPath", &[])
                    .unwrap()
            };
            let first = derivation();
            scratch.write("hosts/alpha.nix", "{ }\n");
            scratch.write("secrets/other.enc.yaml", "sops: {}\n");
            assert_eq!(derivation(), first, "{form}: an unrelated file");
            scratch.write("secrets/hosts.enc.yaml", "sops: { version: 3 }\n");
            assert_ne!(derivation(), first, "{form}: the SOPS file");
            let suffix = "suffix = \"example-name.ts.net\";";
            let policy = format!("{suffix} policy = ./net/policy.hujson;");
            scratch.replace("tailnet.nix", suffix, &policy);
            scratch.write("net/policy.hujson", "{ }\n");
            let with_policy = derivation();
            let owned = "{ \"tagOwners\": { \"tag:router\": [] } }\n";
            scratch.write("net/policy.hujson", owned);
            assert_ne!(derivation(), with_policy, "{form}: the policy");
            // A file that is not there is no failing evaluation: the program has the word.
            fs::remove_file(scratch.path().join("secrets/hosts.enc.yaml")).unwrap();
            nix.build(scratch.path(), "tailnet.tree", &[])
                .unwrap_or_else(|said| panic!("{form}\n{said}"));
            let without_secret = derivation();
            scratch.replace("tailnet.nix", "192.168.1.12", "192.168.1.13");
            assert_ne!(derivation(), without_secret, "{form}: the declaration");
        }
    }
}

#[test]
fn the_builder_is_tailwright_itself() {
    for nix in Nix::all() {
        let scratch = Scratch::new("declaration = import ./tailnet.nix; committed = ./generated;");
        for output in ["tree", "upToDate", "report"] {
            let what = format!("tailnet.{output}.builder");
            let builder = nix.eval(scratch.path(), &what, &[]).unwrap();
            let builder = builder.as_str().unwrap();
            assert!(
                builder.ends_with("-tailwright-0.1.0/bin/tailwright"),
                "{builder}"
            );
        }
    }
}

#[test]
fn the_report_holds_what_was_filled_in() {
    for nix in Nix::all() {
        let scratch = Scratch::new("declaration = ./tailnet.nix;");
        let report = nix.build(scratch.path(), "tailnet.report", &[]).unwrap();
        let report: serde_json::Value = serde_json::from_slice(&fs::read(report).unwrap()).unwrap();
        assert_eq!(report["summary"]["errors"], 0, "{report:#}");
        assert!(
            !report["defaults"].as_array().unwrap().is_empty(),
            "{report:#}"
        );
    }
}

/// Every attribute of the language that is a path is known to the library: its files are inputs of
/// what is built.
#[test]
fn the_library_knows_every_attribute_that_names_a_file() {
    fn collect(schema: &serde_json::Value, name: &str, found: &mut Vec<String>) {
        match schema {
            serde_json::Value::Object(members) => {
                let title = members.get("title").and_then(|title| title.as_str());
                if title
                    .is_some_and(|title| title.starts_with("a path below the declaration's root"))
                {
                    found.push(name.to_owned());
                }
                for (inner, schema) in members {
                    collect(schema, inner, found);
                }
            }
            serde_json::Value::Array(items) => {
                items.iter().for_each(|item| collect(item, name, found));
            }
            _ => {}
        }
    }
    let mut found = Vec::new();
    let schema = tailwright::declaration::Declaration::json_schema();
    collect(&schema, "", &mut found);
    assert!(!found.is_empty());
    let library = fs::read_to_string(repository().join("nix/lib/files.nix")).unwrap();
    for name in found {
        assert!(library.contains(&format!("    \"{name}\"\n")), "{name}");
    }
}
