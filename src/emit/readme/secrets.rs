//! The step of the secrets.

use super::commands::path;
use super::{Block, Guide, Page};

impl Page<'_> {
    pub(super) fn secrets(&self) -> Guide {
        let secrets = &self.topology.secrets;
        // In the order of the secrets.
        let mut files: Vec<String> = Vec::new();
        for secret in secrets.values() {
            let file = path(secret.declared.sops.file.value.as_str());
            if !files.contains(&file) {
                files.push(file);
            }
        }
        let each = |before: &str, after: &str| {
            let commands = files.iter().map(|file| format!("{before}{file}{after}"));
            commands.collect::<Vec<_>>()
        };
        let mut apply = vec![Block::with(
            "[`secrets/README.md`](secrets/README.md) says what belongs where, and who makes it. From the \
             root of the repository:",
            each("sops ", ""),
        )];
        if secrets
            .values()
            .any(|secret| !secret.declared.tags.is_empty())
        {
            apply.push(Block::text(
                "A key with tags can be made once the tailnet's policy says who owns them: tailwright \
                 does not write the policy.",
            ));
        }
        Guide {
            title: "Secrets".to_owned(),
            place: "the repository, by somebody who can open its SOPS files".to_owned(),
            apply,
            check: vec![Block::with(
                "Each file opens for whoever has to open it; the values stay out of sight:",
                each("sops decrypt ", " > /dev/null && echo readable"),
            )],
            undo: vec![Block::text(
                "Revoke the keys where they were made: what has joined with them stays in the tailnet. \
                 The files come back from version control.",
            )],
        }
    }
}
