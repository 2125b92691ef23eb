//! Generated modules on hosts, by plain Nix: no assertion fails where the host agrees, and each
//! fires where another module contradicts.

use common::host::{HostConfig, evaluate_all};
use common::{Firewall, HostSpec};
use tailwright::scalar::{Firewall as Declared, Part};
use tailwright::topology::Node;

use crate::declaration;
use crate::{Sample, samples};

const OWNER: &str = "{ tailwright.root = /declared; }";

fn firewall(node: &Node) -> Firewall {
    match node.firewall.value {
        Declared::Nftables => Firewall::Nftables,
        Declared::Iptables => Firewall::Iptables,
        Declared::Firewalld => Firewall::Firewalld,
        Declared::Off => Firewall::Off,
    }
}

/// What a host's owner has to set himself, since it is left to him.
fn left_to_the_owner(node: &Node) -> String {
    let mut lines = Vec::new();
    if !node.manages(Part::Firewall) {
        let own = node.declared.trusted_interfaces.iter();
        let trusted: Vec<String> = own.map(|one| format!("\"{}\"", one.value)).collect();
        lines.push(format!(
            "networking.firewall.trustedInterfaces = [ {} ];",
            trusted.join(" ")
        ));
    }
    if let (Some(membership), false) = (&node.tailscale, node.manages(Part::Tailscale)) {
        lines.push(format!(
            "services.tailscale.extraSetFlags = [ \"--accept-dns={}\" \"--accept-routes={}\" \
             \"--snat-subnet-routes={}\" ];",
            membership.accept_dns.value,
            membership.accept_routes.value,
            membership.snat_subnet_routes
        ));
    }
    format!("{{ {} }}", lines.join(" "))
}

struct Case {
    what: String,
    spec: HostSpec,
    /// A part of the message of each assertion that must fail; none where all hold.
    fails: Option<&'static str>,
}

fn all(cases: &[Case]) -> Vec<HostConfig> {
    let specs: Vec<HostSpec> = cases.iter().map(|case| case.spec.clone()).collect();
    let hosts = evaluate_all(&specs).unwrap_or_else(|refusal| panic!("{refusal}"));
    for (case, host) in cases.iter().zip(&hosts) {
        let failed = host.failed_assertions();
        match case.fails {
            None => assert_eq!(failed, [""; 0], "{}", case.what),
            Some(part) => assert!(
                failed.iter().any(|message| message.contains(part)),
                "{}: no failed assertion says {part:?}: {failed:?}",
                case.what
            ),
        }
    }
    hosts
}

fn spec(folder: &std::path::Path, node: &Node) -> HostSpec {
    HostSpec::new(node.name.as_str())
        .module(folder.join("nixos"))
        .module_text(OWNER)
        .module_text(&left_to_the_owner(node))
        .firewall(firewall(node))
        .with_sops()
        .module_text("{ sops.validateSopsFiles = false; }")
}

fn written(samples: &[Sample]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (n, sample) in samples.iter().enumerate() {
        declaration::write(&sample.files, &folder.path().join(n.to_string()));
    }
    folder
}

#[test]
fn hosts_that_agree_meet_every_assertion() {
    let samples = samples();
    let folder = written(&samples);
    let mut cases = Vec::new();
    for (n, sample) in samples.iter().enumerate() {
        let own = folder.path().join(n.to_string());
        for node in sample.nodes() {
            // What resolver.nix would set is compared with what the owner sets.
            if !node.manages(Part::Resolver) && !node.declared.nameservers.is_empty() {
                continue;
            }
            let what = format!("{} of {}", node.name, sample.name);
            let spec = spec(&own, node);
            let older = spec.clone().without_option("networking.firewall.backend");
            cases.push(Case {
                what: what.clone(),
                spec,
                fails: None,
            });
            // Before `backend` there was no firewalld either; before delegates no split DNS
            // without an interface, nor for the several tailnets that a node outside of all asks.
            if node.firewall.value != Declared::Firewalld {
                let has_link = node.declared.interface.is_some() && node.tailscale.is_some();
                let older = if has_link {
                    older.without_option("services.resolved.dnsDelegates")
                } else {
                    older
                };
                cases.push(Case {
                    what: what + ", older",
                    spec: older,
                    fails: None,
                });
            }
        }
        let Some(node) = sample.nodes().first().copied() else {
            continue;
        };
        let stranger = HostSpec::new("stranger")
            .module(own.join("nixos"))
            .module_text(OWNER);
        cases.push(Case {
            what: format!("a stranger to {}", sample.name),
            spec: stranger.clone(),
            fails: Some("none of the declared nodes"),
        });
        cases.push(Case {
            what: format!("none of {}", sample.name),
            spec: stranger.module_text("{ tailwright.node = null; }"),
            fails: None,
        });
        let has_key = node
            .tailscale
            .as_ref()
            .is_some_and(|one| one.auth_key.is_some());
        if has_key && node.manages(Part::Secrets) {
            cases.push(Case {
                what: format!("{} of {} without sops-nix", node.name, sample.name),
                spec: HostSpec::new(node.name.as_str())
                    .module(own.join("nixos"))
                    .module_text(OWNER)
                    .firewall(firewall(node)),
                fails: Some("sops-nix"),
            });
        }
    }
    assert!(cases.len() > 60, "{}", cases.len());
    for (case, host) in cases.iter().zip(all(&cases)) {
        if case.what.starts_with("none of") || case.what.starts_with("a stranger") {
            assert_eq!(host.unbound_conf(), None, "{}", case.what);
        }
        if case.what.starts_with("a stranger") {
            let message = host.failed_assertions().join("\n");
            assert!(
                message.contains('(') && !message.contains("()"),
                "{message}"
            );
        }
    }
}

#[test]
fn hosts_that_contradict_hear_so() {
    let samples = samples();
    let folder = written(&samples);
    let at = samples
        .iter()
        .position(|one| one.name == "the complete one")
        .expect("there");
    let own = folder.path().join(at.to_string());
    let nodes = samples[at].nodes();
    let node = |name: &str| {
        *nodes
            .iter()
            .find(|node| node.name.as_str() == name)
            .expect("a node")
    };
    let alpha = spec(&own, node("alpha"));
    let beta = spec(&own, node("beta"));
    let mut cases = vec![
        Case {
            what: "alpha".into(),
            spec: alpha.clone(),
            fails: None,
        },
        Case {
            what: "beta".into(),
            spec: beta.clone(),
            fails: None,
        },
    ];
    for (spec, fails) in [
        (
            alpha.clone().firewall(Firewall::Off),
            "alpha has a firewall on nftables",
        ),
        (
            alpha.clone().firewall(Firewall::Iptables),
            "alpha has a firewall on nftables",
        ),
        (
            beta.clone().firewall(Firewall::Nftables),
            "beta has a firewall on iptables",
        ),
        (
            beta.clone().firewall(Firewall::Firewalld),
            "beta has a firewall on iptables",
        ),
    ] {
        cases.push(Case {
            what: fails.into(),
            spec,
            fails: Some(fails),
        });
    }
    for (module, fails) in [
        (
            "{ networking.firewall.trustedInterfaces = [ \"enp1s0\" ]; }",
            "trusts the interfaces",
        ),
        (
            "{ networking.nameservers = [ \"9.9.9.9\" ]; }",
            "asks the name servers",
        ),
        (
            "{ services.tailscale.extraUpFlags = [ \"--accept-dns=true\" ]; }",
            "a tailscale flag",
        ),
        (
            "{ services.tailscale.extraSetFlags = [ \"--ssh\" ]; }",
            "a tailscale flag",
        ),
        (
            "{ services.unbound.settings.server.interface = [ \"0.0.0.0\" ]; }",
            "server.interface",
        ),
        (
            "{ services.unbound.settings.server.access-control = [ \"0.0.0.0/0 allow\" ]; }",
            "server.access-control",
        ),
        (
            "{ services.unbound.settings.server.local-zone = [ \"\\\".\\\" transparent\" ]; }",
            "server.local-zone",
        ),
        (
            "{ services.unbound.settings.forward-zone = [ { name = \".\"; forward-addr = [ \"1.1.1.1\" ]; } ]; }",
            "forward-zone",
        ),
    ] {
        let spec = alpha.clone().module_text(module);
        cases.push(Case {
            what: module.into(),
            spec,
            fails: Some(fails),
        });
    }
    // A node on firewalld whose forwarder is opened there.
    let found = samples.iter().enumerate().find_map(|(n, sample)| {
        let path = |node: &Node| format!("nixos/{}/firewall.nix", node.name);
        let nodes = sample.nodes();
        let node = nodes.into_iter().find(|node| {
            node.firewall.value == Declared::Firewalld && sample.files.contains_key(&path(node))
        })?;
        Some(spec(&folder.path().join(n.to_string()), node))
    });
    let zone = "{ services.firewalld.settings.DefaultZone = \"public\"; }";
    cases.push(Case {
        what: zone.into(),
        spec: found
            .expect("one of the random topologies has firewalld")
            .module_text(zone),
        fails: Some("default zone"),
    });
    // What is left to the owner and does not agree.
    let found = samples.iter().enumerate().find_map(|(n, sample)| {
        let node = sample
            .nodes()
            .into_iter()
            .find(|node| node.tailscale.is_some() && !node.manages(Part::Tailscale))?;
        let own = folder.path().join(n.to_string());
        Some(
            HostSpec::new(node.name.as_str())
                .module(own.join("nixos"))
                .module_text(OWNER),
        )
    });
    cases.push(Case {
        what: "accept-dns left to the owner".into(),
        spec: found.expect("one of the random topologies leaves tailscale to its owner"),
        fails: Some("--accept-dns="),
    });
    all(&cases);
}
