//! How generated files look: nixfmt, deadnix and statix have nothing to say, and nothing of
//! this machine or of the store is in them.

use crate::declaration::{Run, nix_to_json};
use crate::{nix_lints, samples};
use tailwright::declaration::source::Format;

#[test]
fn formatters_and_linters_have_nothing_to_say() {
    for sample in samples() {
        let nix = sample
            .files
            .iter()
            .filter(|(path, _)| path.ends_with(".nix"));
        for (path, content) in nix {
            let formatted = nixfmt_rs::format(content)
                .unwrap_or_else(|error| panic!("{path}: {error:?}\n{content}"));
            assert_eq!(*content, formatted, "{path} of {}", sample.name);
            assert_eq!(
                nix_lints::findings(content),
                [""; 0],
                "{path} of {}\n{content}",
                sample.name
            );
            let tree = rnix_of_deadnix::Root::parse(content);
            assert_eq!(tree.errors().len(), 0, "{path}");
            let settings = deadnix::Settings::default();
            let dead = settings.find_dead_code(&tree.syntax());
            assert!(
                dead.is_empty(),
                "{path} of {}: {} dead\n{content}",
                sample.name,
                dead.len()
            );
        }
    }
}

#[test]
fn no_path_of_a_machine_and_no_secret_is_in_any_file() {
    let here = env!("CARGO_MANIFEST_DIR");
    for sample in samples() {
        for (path, content) in &sample.files {
            for foreign in ["/nix/store", "/home/", "/root/", "/tmp/", "/srv/", here] {
                // A cluster may be called home: then that is the middle of a path of the tree.
                let is_there = content
                    .match_indices(foreign)
                    .any(|(at, _)| !content[..at].ends_with(|c: char| c.is_ascii_alphanumeric()));
                assert!(!is_there, "{path} of {}: {foreign}", sample.name);
            }
            assert!(!tailwright::redact::looks_like_a_key(content), "{path}");
            assert!(content.ends_with('\n') && !content.contains('\r'), "{path}");
            assert!(content.contains(tailwright::emit::MARKER), "{path}");
        }
    }
}

#[test]
fn neither_form_nor_repetition_changes_the_tree() {
    for sample in samples() {
        let text = &sample.run.source.text;
        let declaration = if sample.run.source.display_name.ends_with(".nix") {
            nix_to_json(text)
        } else {
            serde_json::from_str(text).expect("JSON")
        };
        for again in [
            Run::json(&declaration),
            Run::text(format!("{declaration:#}"), Format::Json),
            Run::text(as_nix(&declaration), Format::Nix),
        ] {
            assert_eq!(
                again.files().as_ref(),
                Some(&sample.files),
                "{}",
                sample.name
            );
        }
    }
}

/// Nix in one line, with quoted names. Strings of a declaration have no lines.
fn as_nix(value: &serde_json::Value) -> String {
    use serde_json::Value;
    let quoted = |text: &str| {
        let text = text
            .replace('\\', "\\\\")
            .replace('"', "\\\"")
            .replace("${", "\\${");
        format!("\"{text}\"")
    };
    match value {
        Value::String(text) => quoted(text),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(as_nix).collect();
            format!("[ {} ]", items.join(" "))
        }
        Value::Object(set) => {
            let entries = set.iter().rev();
            let entries: String = entries
                .map(|(name, value)| format!("{} = {}; ", quoted(name), as_nix(value)))
                .collect();
            format!("{{ {entries}}}")
        }
        other => other.to_string(),
    }
}
