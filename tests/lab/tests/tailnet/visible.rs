//! Whom quad100 knows: not all members of the tailnet.

use std::net::Ipv4Addr;

use tailwright_lab::Failure;
use tailwright_lab::query::Question;
use tailwright_lab::tailnet::{Entry, Owner, Settings};

use crate::network::{Network, SUFFIX};
use crate::questions::QUAD100;

/// Persons may reach servers, which may reach nobody.
const POLICY: &str = r#"{
  "tagOwners": { "tag:server": ["lab@"], "tag:other": ["lab@"] },
  "grants": [ { "src": ["autogroup:member"], "dst": ["tag:server"], "ip": ["tcp:443"] } ]
}"#;

#[test]
fn members_know_whom_they_may_reach_and_who_may_reach_them() -> Result<(), Failure> {
    let mut network = Network::new(&Settings {
        policy: POLICY.to_owned(),
        ..Settings::new(SUFFIX)
    })?;
    let entry = |name: &str, last: u8, owner: Owner| Entry {
        name: name.to_owned(),
        address: Ipv4Addr::new(100, 64, 0, last),
        owner,
    };
    let tag = |name: &str| Owner::Tag(format!("tag:{name}"));
    let entries = [
        entry("desk", 77, Owner::Person),
        entry("server", 78, tag("server")),
        // Another person's machine, or a server of which the policy says nothing.
        entry("laptop", 79, Owner::Person),
        entry("hidden", 80, tag("other")),
    ];
    let mut desk = network.machine("desk", 2, &["--accept-dns=true"])?;
    network.rewrite(&mut desk, &entries, &entries[..2])?;
    let ask = |name: &str, record_type: &str| {
        let question = Question::new((QUAD100[0], 53), name, record_type);
        Ok::<_, Failure>(question.ask(&network.tools, &desk.host)?.summary())
    };
    for (name, seen) in [
        ("desk", "NOERROR 100.64.0.77"),
        ("server", "NOERROR 100.64.0.78"),
        ("laptop", "NXDOMAIN"),
        ("hidden", "NXDOMAIN"),
    ] {
        assert_eq!(ask(&format!("{name}.{SUFFIX}"), "A")?, seen, "{name}");
    }
    let server = format!("NOERROR server.{SUFFIX}.");
    assert_eq!(ask("78.0.64.100.in-addr.arpa", "PTR")?, server);
    assert_eq!(ask("80.0.64.100.in-addr.arpa", "PTR")?, "NXDOMAIN");
    Ok(())
}
