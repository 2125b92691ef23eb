//! Who is asked.

use common::host::{self, HostConfig, with_programs_of_this_machine};
use common::{HostSpec, nixos};
use serde_json::Value;

/// One of the two NixOS.
pub(crate) struct Ask {
    /// The test that asks genuine NixOS.
    genuine: Option<&'static str>,
}

/// What both have to report alike.
const SAME: [&str; 22] = [
    "/hostName",
    "/failedAssertions",
    "/warnings",
    "/tailscale",
    "/secrets",
    "/unbound/settings/server/access-control",
    "/unbound/settings/server/interface",
    "/unbound/settings/forward-zone",
    "/resolver/nameservers",
    "/resolver/resolved",
    "/firewall/backend",
    "/firewall/extraInputRules",
    "/firewall/trustedInterfaces",
    "/firewall/allowedUDPPorts",
    "/firewalld/zones/nixos-fw-default/rules",
    "/sysctl/net.ipv4.conf.all.forwarding",
    "/units/unbound/after",
    "/units/unbound/requires",
    "/units/unbound/wants",
    "/units/tailscaled-set/wantedBy",
    "/units/tailwright-quad100",
    "/units/tailwright-split-dns/script",
];

impl Ask {
    pub(crate) fn stand_in() -> Self {
        Self { genuine: None }
    }

    pub(crate) fn genuine(test: &'static str) -> Self {
        Self {
            genuine: Some(test),
        }
    }

    pub(crate) fn is_genuine(&self) -> bool {
        self.genuine.is_some()
    }

    /// A host, with the whole system evaluated if genuine NixOS is asked; `None` if that is not
    /// at hand, which has been recorded.
    pub(crate) fn host(&self, spec: &HostSpec) -> Option<HostConfig> {
        let own = read(host::evaluate(spec));
        let Some(test) = self.genuine else {
            return Some(own);
        };
        let genuine = read(nixos::evaluate(test, &spec.clone().with_toplevel())?);
        for pointer in SAME {
            let [one, other] = [&own, &genuine].map(|host| without_store(host.at(pointer)));
            assert_eq!(one, other, "{pointer}: stand-in and genuine NixOS differ");
        }
        Some(genuine)
    }

    /// A host whose assertions hold.
    pub(crate) fn sound(&self, spec: &HostSpec) -> Option<HostConfig> {
        let host = self.host(spec)?;
        assert_eq!(host.failed_assertions(), [""; 0]);
        assert_eq!(host.warnings(), [""; 0]);
        if self.is_genuine() {
            assert!(host.toplevel().is_some_and(|path| path.ends_with(".drv")));
        }
        Some(host)
    }
}

fn read(found: Result<HostConfig, host::Refusal>) -> HostConfig {
    match found {
        Ok(host) => host,
        Err(refusal) => panic!("{refusal}"),
    }
}

/// Paths of the Nix store say which release it is.
fn without_store(value: &Value) -> Value {
    serde_json::from_str(&with_programs_of_this_machine(&value.to_string())).unwrap()
}
