//! The text that a derivation would write, read out of the derivation.

use std::path::Path;

/// The text of `writeText` and its relatives. A derivation that only checks such a file and
/// copies it (unbound's) is followed to the file.
pub(super) fn text(store: &Path, drv: &str) -> String {
    let path = store.join(drv.trim_start_matches('/'));
    let content = match std::fs::read_to_string(&path) {
        Ok(content) => content,
        Err(error) => panic!("can't read {}: {error}", path.display()),
    };
    if let Some(found) = variable(&content, "text").filter(|found| !found.is_empty()) {
        return found;
    }
    let input = content
        .split('"')
        .find(|part| part.starts_with("/nix/store/") && part.ends_with("-unbound.conf.drv"));
    match input {
        Some(input) if input != drv => text(store, input),
        _ => panic!("{drv} carries no text"),
    }
}

/// The value of an environment variable in a derivation's own notation.
fn variable(content: &str, name: &str) -> Option<String> {
    let start = content.find(&format!("(\"{name}\",\""))? + name.len() + 5;
    let mut value = String::new();
    let mut chars = content.get(start..)?.chars();
    loop {
        match chars.next()? {
            '"' => return Some(value),
            '\\' => value.push(match chars.next()? {
                'n' => '\n',
                't' => '\t',
                'r' => '\r',
                other => other,
            }),
            other => value.push(other),
        }
    }
}
