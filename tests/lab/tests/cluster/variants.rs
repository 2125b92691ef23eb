//! What the example does not use: another release of Blocky or CoreDNS, names of Blocky's own,
//! settings beyond the language.

use std::net::Ipv4Addr;

use common::Generated;
use tailwright_lab::blocky::{Blocky, Release};
use tailwright_lab::coredns::CoreDns;
use tailwright_lab::namespace::Namespace;
use tailwright_lab::query::Question;
use tailwright_lab::{Failure, tools};

use crate::manifests::{COREFILE, blocky_config, zone_block};

/// What follows is added to the example's Blocky.
const LAST_ATTRIBUTE: &str = "bootstrap = publicServers;";

const OWN_NAMES: &str = r#"bootstrap = publicServers;
    customDns = {
      "printer.home.example" = "10.10.10.70";
      "home.example" = [ "10.10.10.80" "fd00:10::80" ];
    };
    records = [
      { name = "alias.example.org"; type = "CNAME"; value = "printer.home.example."; }
      { name = "_x._tcp.example.org"; type = "SRV"; value = "0 5 5060 printer.home.example."; }
      { name = "text.example.org"; type = "TXT"; value = "two words"; }
    ];
    httpPort = 4000;
    settings = {
      caching = { minTime = "1m"; maxTime = "30m"; prefetching = true; };
      blocking = {
        denylists.ads = [ "https://lists.example.org/hosts" ];
        clientGroupsBlock.default = [ "ads" ];
        loading.strategy = "fast";
      };
      fqdnOnly.enable = true;
      log = { level = "info"; privacy = true; };
      ede.enable = true;
    };"#;

fn own_names() -> String {
    blocky_config(&Generated::homelab_but(&[(LAST_ATTRIBUTE, OWN_NAMES)]))
}

#[test]
fn every_blocky_accepts_what_older_ones_get() -> Result<(), Failure> {
    for version in ["0.31.0", "0.33.0"] {
        let change = ("version = \"0.34.0\"", &*format!("version = \"{version}\""));
        let config = blocky_config(&Generated::homelab_but(&[change]));
        for release in Release::ALL {
            let said = release.validate(&config)?;
            assert!(!said.contains("WARN"), "{version}: {said}");
        }
    }
    Ok(())
}

#[test]
fn blocky_serves_names_of_its_own() -> Result<(), Failure> {
    let config = own_names();
    for release in Release::ALL {
        let said = release.validate(&config)?;
        assert!(!said.contains("WARN"), "{said}\n{config}");
        let alone = Namespace::new("blocky")?;
        let tools = tools!();
        let _blocky = Blocky::start(&tools, release, &alone, &config)?;
        for (name, kind, expected) in [
            ("printer.home.example", "A", "NOERROR 10.10.10.70"),
            ("a.printer.home.example", "A", "NOERROR 10.10.10.70"),
            ("home.example", "AAAA", "NOERROR fd00:10::80"),
            (
                "alias.example.org",
                "A",
                "NOERROR printer.home.example. 10.10.10.70",
            ),
            (
                "_x._tcp.example.org",
                "SRV",
                "NOERROR 0 5 5060 printer.home.example.",
            ),
            ("text.example.org", "TXT", "NOERROR two words"),
        ] {
            let question = Question::new((Ipv4Addr::LOCALHOST, 53), name, kind);
            let seen = question.ask(&tools, &alone)?.summary();
            assert_eq!(seen, expected, "{name} {kind}");
        }
    }
    Ok(())
}

#[test]
fn coredns_takes_what_older_ones_get() -> Result<(), Failure> {
    let change = ("dnsVersion = \"1.13.1\"", "dnsVersion = \"1.12.4\"");
    let block = zone_block(&Generated::homelab_but(&[change]));
    let alone = Namespace::new("coredns")?;
    let _coredns = CoreDns::start(&alone, COREFILE, &[("tailnet.server", &block)])?;
    Ok(())
}
