//! Genuine NixOS without some options, as it was before they were added: copies of the modules
//! that declare or read an option, with the declaration removed and each reading replaced by
//! what NixOS did then.

use std::io::{Error, Result};
use std::path::{Path, PathBuf};

/// Modules to switch off (names under `nixos/modules`), and what to import instead.
#[derive(Default)]
pub(super) struct Replacement {
    pub(super) replaced: Vec<String>,
    pub(super) replacements: Vec<PathBuf>,
}

struct Removable {
    option: &'static str,
    folder: &'static str,
    modules: &'static [&'static str],
    /// Files beside the modules that they import.
    helpers: &'static [&'static str],
    instead: &'static str,
}

const REMOVABLE: [Removable; 2] = [
    Removable {
        option: "networking.firewall.backend",
        folder: "services/networking",
        modules: &[
            "firewall.nix",
            "firewall-iptables.nix",
            "firewall-nftables.nix",
            "firewall-firewalld.nix",
        ],
        helpers: &["helpers.nix"],
        instead: r#"(if config.networking.nftables.enable then "nftables" else "iptables")"#,
    },
    Removable {
        option: "services.resolved.dnsDelegates",
        folder: "system/boot",
        modules: &["resolved.nix"],
        helpers: &[],
        instead: "{ }",
    },
];

/// Writes the changed modules into `dir`.
pub(super) fn without(options: &[String], nixpkgs: &Path, dir: &Path) -> Result<Replacement> {
    let mut made = Replacement::default();
    for option in options {
        let removable = REMOVABLE
            .iter()
            .find(|removable| removable.option == option)
            .ok_or_else(|| Error::other(format!("no way to take {option} from genuine NixOS")))?;
        removable.write(nixpkgs, dir, &mut made)?;
    }
    Ok(made)
}

impl Removable {
    fn write(&self, nixpkgs: &Path, dir: &Path, made: &mut Replacement) -> Result<()> {
        let source = nixpkgs.join("nixos/modules").join(self.folder);
        let name = self.option.rsplit('.').next().unwrap_or(self.option);
        for helper in self.helpers {
            std::fs::copy(source.join(helper), dir.join(helper))?;
        }
        let mut removed = false;
        for module in self.modules {
            let path = source.join(module);
            // An older nixpkgs has fewer of them.
            if !path.exists() {
                continue;
            }
            let text = std::fs::read_to_string(&path)?;
            let (text, here) = without_declaration(&text, name);
            removed |= here;
            let target = dir.join(module);
            std::fs::write(&target, text.replace(&format!("cfg.{name}"), self.instead))?;
            made.replaced.push(format!("{}/{module}", self.folder));
            made.replacements.push(target);
        }
        if removed {
            Ok(())
        } else {
            Err(Error::other(format!(
                "no declaration of {} found in {}",
                self.option,
                source.display()
            )))
        }
    }
}

/// The text without `name = mkOption { … };`, and whether it was there. Braces balance in
/// nixpkgs' option declarations, inside of strings too.
fn without_declaration(text: &str, name: &str) -> (String, bool) {
    let start = [
        format!("{name} = mkOption {{"),
        format!("{name} = lib.mkOption {{"),
    ]
    .iter()
    .find_map(|head| text.find(head.as_str()));
    let Some(start) = start else {
        return (text.to_owned(), false);
    };
    let mut depth = 0_u32;
    for (n, c) in text[start..].char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            ';' if depth == 0 => {
                let end = start + n + 1;
                return (format!("{}{}", &text[..start], &text[end..]), true);
            }
            _ => {}
        }
    }
    (text.to_owned(), false)
}
