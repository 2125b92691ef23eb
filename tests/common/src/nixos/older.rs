//! Genuine NixOS without some options, as it was before they were added: a copy of the tree's
//! modules where the declaration of an option is removed and each reading of it replaced by what
//! NixOS did then. Everything else of the tree is reached by symbolic links.

use std::io::{Error, Result};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

struct Removable {
    option: &'static str,
    declared_in: &'static str,
    /// Modules that read it as `cfg.<name>`.
    own: &'static [&'static str],
    instead: &'static str,
}

const REMOVABLE: [Removable; 2] = [
    Removable {
        option: "networking.firewall.backend",
        declared_in: "services/networking/firewall.nix",
        own: &[
            "services/networking/firewall-iptables.nix",
            "services/networking/firewall-nftables.nix",
            "services/networking/firewall-firewalld.nix",
        ],
        instead: r#"(if config.networking.nftables.enable then "nftables" else "iptables")"#,
    },
    Removable {
        option: "services.resolved.dnsDelegates",
        declared_in: "system/boot/resolved.nix",
        own: &["system/boot/resolved.nix"],
        instead: "{ }",
    },
];

/// Makes a nixpkgs tree without these options in `dir`, and gives its path.
pub(super) fn without(options: &[String], nixpkgs: &Path, dir: &Path) -> Result<PathBuf> {
    let tree = dir.join("nixpkgs");
    let modules = tree.join("nixos/modules");
    std::fs::create_dir_all(&modules)?;
    link_all(nixpkgs, &tree)?;
    link_all(&nixpkgs.join("nixos"), &tree.join("nixos"))?;
    copy_all(&nixpkgs.join("nixos/modules"), &modules, options)?;
    for option in options {
        let removable = REMOVABLE
            .iter()
            .find(|removable| removable.option == option)
            .ok_or_else(|| Error::other(format!("no way to take {option} from genuine NixOS")))?;
        removable.remove(&modules)?;
    }
    Ok(tree)
}

impl Removable {
    fn remove(&self, modules: &Path) -> Result<()> {
        let name = self.option.rsplit('.').next().unwrap_or(self.option);
        let path = modules.join(self.declared_in);
        let text = std::fs::read_to_string(&path)?;
        let text = without_declaration(&text, name).ok_or_else(|| {
            Error::other(format!(
                "no declaration of {} in {}",
                self.option, self.declared_in
            ))
        })?;
        std::fs::write(&path, text)?;
        for module in self.own {
            let path = modules.join(module);
            // An older nixpkgs has fewer of them.
            if path.exists() {
                let text = std::fs::read_to_string(&path)?;
                std::fs::write(&path, text.replace(&format!("cfg.{name}"), self.instead))?;
            }
        }
        Ok(())
    }
}

/// Links the entries of `from` that `to` has not got.
fn link_all(from: &Path, to: &Path) -> Result<()> {
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let link = to.join(entry.file_name());
        if !link.exists() {
            symlink(entry.path(), link)?;
        }
    }
    Ok(())
}

/// Copies a folder, with every reading of `config.<option>` replaced in the modules.
fn copy_all(from: &Path, to: &Path, options: &[String]) -> Result<()> {
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            std::fs::create_dir(&target)?;
            copy_all(&entry.path(), &target, options)?;
        } else if target.extension().is_some_and(|ending| ending == "nix") {
            let mut text = std::fs::read_to_string(entry.path())?;
            for removable in REMOVABLE
                .iter()
                .filter(|one| options.contains(&one.option.to_owned()))
            {
                text = text.replace(&format!("config.{}", removable.option), removable.instead);
            }
            std::fs::write(target, text)?;
        } else {
            std::fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

/// The text without `name = mkOption { … };`. Braces balance in nixpkgs' option declarations,
/// inside of strings too.
fn without_declaration(text: &str, name: &str) -> Option<String> {
    let start = [
        format!("{name} = mkOption {{"),
        format!("{name} = lib.mkOption {{"),
    ]
    .iter()
    .find_map(|head| text.find(head.as_str()))?;
    let mut depth = 0_u32;
    for (n, c) in text.get(start..)?.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            ';' if depth == 0 => {
                return Some(format!("{}{}", &text[..start], &text[start + n + 1..]));
            }
            _ => {}
        }
    }
    None
}
