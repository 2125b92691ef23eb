//! Declarations: the example's with enough members to ask for, and variants of it.

use common::Generated;
use tailwright::topology::Topology;

use crate::manifests::{blocky_config, zone_block};

/// How many devices are added: each question is for a name of its own, so that no cache answers it.
pub(crate) const HOSTS: usize = 256;

/// A declaration with what is generated from it.
pub(crate) struct Declared {
    pub(crate) tree: Generated,
    /// What the owners of alpha and beta write into their own configuration.
    pub(crate) own_modules: [&'static str; 2],
}

impl Declared {
    pub(crate) fn example() -> Self {
        Self::of(Generated::homelab_but(&[("devices = {\n", &devices())]))
    }

    /// The example with these changes, for which `check` refuses it.
    pub(crate) fn refused(changes: &[(&str, &str)]) -> Self {
        let devices = devices();
        let mut all = vec![("devices = {\n", devices.as_str())];
        all.extend(changes);
        Self::of(Generated::refused_homelab_but(&all))
    }

    fn of(tree: Generated) -> Self {
        Self {
            tree,
            own_modules: ["{ }"; 2],
        }
    }

    pub(crate) fn topology(&self) -> &Topology {
        self.tree.topology()
    }

    pub(crate) fn blocky(&self) -> String {
        blocky_config(&self.tree)
    }

    pub(crate) fn zones(&self) -> String {
        zone_block(&self.tree)
    }
}

/// `h0`, `h1`, … at 100.64.1.0, 100.64.1.1, …
fn devices() -> String {
    let lines = (0..HOSTS).map(|n| {
        format!(
            "    h{n}.tailscale = {{ acceptDns = true; acceptRoutes = true; address = \"100.64.1.{n}\"; }};\n"
        )
    });
    format!("devices = {{\n{}", lines.collect::<String>())
}
