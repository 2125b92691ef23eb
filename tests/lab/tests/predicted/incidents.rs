//! Mistakes that people made: `check` refuses each, the trace predicts what comes of it, and the
//! daemons do that.

use tailwright::scalar::Protocol::{Tcp, Udp};
use tailwright_lab::Failure;

use crate::comparison::Comparison;
use crate::declared::Declared;
use crate::home::Running;

/// After so many rounds of questions CoreDNS has chosen either forwarder.
const ROUNDS: usize = 5;

/// Compares everything, and gives what is seen.
fn compared(declared: &Declared) -> Result<Comparison<'_>, Failure> {
    let running = Running::new(declared)?;
    let mut compared = Comparison::new(declared, &[]);
    compared.ask(&running)?;
    compared.assert_agrees();
    running.assert_inside()?;
    Ok(compared)
}

/// The firewall of the routers is in their owner's hands, who opens the forwarder's port.
const BY_HAND: (&str, &str) = (
    "router = clusterNode // {\n",
    "router = clusterNode // {
    manage = [ \"forwarder\" \"tailscale\" \"resolver\" \"secrets\" ];
    openPorts = [ { port = 1053; } ];
",
);

const OPENS_BOTH: &str = "{ networking.firewall = {
  allowedUDPPorts = [ 1053 ];
  allowedTCPPorts = [ 1053 ];
}; }";

fn opened(changes: &[(&str, &str)]) -> Declared {
    let changes: Vec<_> = [BY_HAND]
        .into_iter()
        .chain(changes.iter().copied())
        .collect();
    Declared {
        own_modules: [OPENS_BOTH; 2],
        ..Declared::refused(&changes)
    }
}

/// The access list admits k3s' default range of pods; Cilium gives out another.
#[test]
fn an_access_list_with_another_range_refuses_every_pod() -> Result<(), Failure> {
    let declared = opened(&[(
        "    port = 1053;\n  };\n",
        "    port = 1053;\n    allow = [ \"10.42.0.0/16\" \"10.10.10.0/24\" ];\n  };\n",
    )]);
    let compared = compared(&declared)?;
    for protocol in [Udp, Tcp] {
        assert_eq!(compared.at("lan:home", "members", protocol), "refused");
        let seen = compared.at("pods:homelab", "members", protocol);
        assert_eq!(seen, "format-error", "CoreDNS does not take the refusal");
    }
    Ok(())
}

const ALPHA: &str = "    lab-alpha-cp = router // {\n";

/// The owner of alpha has opened the forwarder's port for UDP alone.
#[test]
fn what_is_asked_over_tcp_is_lost_where_udp_alone_is_open() -> Result<(), Failure> {
    let udp_alone =
        format!("{ALPHA}      openPorts = [ {{ port = 1053; protocols = [ \"udp\" ]; }} ];\n");
    let declared = Declared {
        own_modules: [
            "{ networking.firewall.allowedUDPPorts = [ 1053 ]; }",
            OPENS_BOTH,
        ],
        ..opened(&[(ALPHA, &udp_alone)])
    };
    let running = Running::new(&declared)?;
    let mut compared = Comparison::new(&declared, &[]);
    // CoreDNS has just started, and waits for connections to alpha. Whether it gives up in time to say
    // SERVFAIL depends on how often it was asked.
    for _ in 0..ROUNDS {
        compared.ask_once(&running)?;
        let seen = compared.at("pods:homelab", "members", Tcp);
        if seen.starts_with("answer") && seen.ends_with("timeout") {
            break;
        }
    }
    compared.assert_nothing_else();
    assert_eq!(compared.at("pods:homelab", "members", Udp), "answer");
    let seen = compared.at("pods:homelab", "members", Tcp);
    assert!(
        seen.starts_with("answer") && seen.ends_with("timeout"),
        "{seen}"
    );
    // Blocky asks over UDP first.
    assert_eq!(compared.at("lan:home", "members", Tcp), "answer");
    Ok(())
}

const ALPHA_AND_BETA: &str = "    nodes = [
      \"lab-alpha-cp\"
      \"lab-beta-cp\"
    ];
    port = 1053;
";

/// Each router has an access list of its own, and in beta's the pods were forgotten.
const BETA_REFUSES: &str = "    nodes = [ \"lab-alpha-cp\" ];
    port = 1053;
  };
  forwarders.second = {
    engine = \"unbound\";
    nodes = [ \"lab-beta-cp\" ];
    port = 1053;
    allow = [ \"10.10.10.0/24\" ];
";

/// Blocky's mapping has a forwarder beside one that refuses: whoever is first is believed.
#[test]
fn one_forwarder_that_refuses_is_enough_to_be_refused() -> Result<(), Failure> {
    let declared = opened(&[(ALPHA_AND_BETA, BETA_REFUSES)]);
    let running = Running::new(&declared)?;
    let mut compared = Comparison::new(&declared, &[]);
    // beta refuses at once, alpha has to ask quad100 first; CoreDNS asks one of them by chance.
    for _ in 0..ROUNDS {
        compared.ask_once(&running)?;
    }
    // Without it, alpha is the first.
    running.freeze_beta()?;
    compared.ask(&running)?;
    compared.assert_agrees();
    let lan = compared.at("lan:home", "members", Udp);
    assert_eq!(lan, "answer or refused");
    let pods = compared.at("pods:homelab", "members", Udp);
    assert_eq!(pods, "answer or format-error");
    Ok(())
}

/// The LAN's devices are given a public server beside Blocky.
#[test]
fn a_public_server_beside_blocky_is_told_private_names() -> Result<(), Failure> {
    let declared = Declared::refused(&[(
        "    lans = [ \"10.10.10.0/24\" ];\n    nameservers = [ \"blocky\" ];\n",
        "    lans = [ \"10.10.10.0/24\" ];\n    nameservers = [ \"blocky\" \"8.8.8.8\" ];\n",
    )]);
    let compared = compared(&declared)?;
    let told = "answer or no-such-name, told to public server 8.8.8.8";
    assert_eq!(compared.at("lan:home", "members", Udp), told);
    Ok(())
}

/// Nodes ask public servers for everything.
#[test]
fn nodes_without_split_dns_tell_public_servers_private_names() -> Result<(), Failure> {
    let changes = [("resolver = \"resolved\";", "resolver = \"none\";")];
    let declared = Declared::refused(&changes);
    let compared = compared(&declared)?;
    let told = "no-such-name, told to public server 1.1.1.1";
    for node in ["node:lab-alpha-cp", "node:lab-gamma-wk"] {
        assert_eq!(compared.at(node, "members", Udp), told);
    }
    Ok(())
}
