//! `acls` and `grants`: what they allow, and what Tailscale refuses of them.

use super::reader::{Reader, entry};
use super::sections::postures;
use super::selector::Selector;
use super::traffic::{self, Traffic};
use super::validity::{Role, known, problem};
use super::{Grant, Permit, Policy};
use crate::declaration::value::{Location, Set, Value};

const ACL: [&str; 7] = [
    "action",
    "src",
    "dst",
    "proto",
    "srcPosture",
    "users",
    "ports",
];
const GRANT: [&str; 6] = ["src", "dst", "ip", "app", "via", "srcPosture"];

/// Capabilities of tailscale.com that only Tailscale itself hands out
/// (tailscale, tailcfg.PeerCapability).
const RESERVED: [&str; 4] = ["drive-sharer", "funnel", "ingress", "relay-target"];

/// What the two sections allow: where there is neither of them, everything to every member.
pub(super) fn read(root: &Set, policy: &Policy, reader: &mut Reader) -> Vec<Grant> {
    let mut all = Vec::new();
    if ["acls", "grants"]
        .iter()
        .all(|name| entry(root, name).is_none())
    {
        all.push(everything());
    }
    for rule in reader.list(root, "acls") {
        if let Some(set) = reader.object(rule, &ACL) {
            all.push(acl(set, rule, policy, reader));
        }
    }
    for rule in reader.list(root, "grants") {
        if let Some(set) = reader.object(rule, &GRANT) {
            all.push(grant(set, rule, policy, reader));
        }
    }
    all
}

fn everything() -> Grant {
    Grant {
        sources: vec![Selector::Any],
        permits: vec![Permit {
            destination: Selector::Any,
            traffic: Traffic {
                protocol: None,
                ports: vec![traffic::ALL_PORTS],
            },
        }],
        via: Vec::new(),
        has_posture: false,
        location: None,
    }
}

/// The first of two lists that is there: older files say `users` and `ports`.
fn either<'v>(set: &'v Set, name: &str, older: &str, reader: &mut Reader) -> &'v [Value] {
    let name = if entry(set, name).is_some() {
        name
    } else {
        older
    };
    reader.list(set, name)
}

fn acl(set: &Set, rule: &Value, policy: &Policy, reader: &mut Reader) -> Grant {
    match reader.string(set, "action") {
        Some(("accept", _)) => {}
        Some((other, location)) => reader.problem(
            location,
            format!("the action \"{other}\" is not supported"),
            "write \"accept\": what nothing accepts is denied",
        ),
        None => reader.problem(
            &rule.location,
            "an entry without an action",
            "add \"action\": \"accept\"",
        ),
    }
    let protocol = reader
        .string(set, "proto")
        .map(|(text, location)| (traffic::protocol(text), location));
    let protocol = protocol.and_then(|(protocol, location)| {
        protocol.unwrap_or_else(|message| {
            reader.problem(
                location,
                message,
                "write tcp, udp, icmp or a protocol's number",
            );
            None
        })
    });
    let elements = either(set, "src", "users", reader);
    let sources = sources(elements, policy, reader);
    let elements = either(set, "dst", "ports", reader);
    let help = "write a destination and its ports, such as 10.10.10.100:53 or tag:dns:*";
    let mut permits = Vec::new();
    for ((destination, ports), location) in reader.each(elements, help, destination) {
        if let Err(message) = traffic::has_ports(protocol, &ports) {
            reader.problem(&location, message, "write * behind the last colon");
        }
        let traffic = Traffic { protocol, ports };
        // Here everyone may be the source of what goes to his own machines.
        let is_sound = sources.iter().all(|source| *source == Selector::Any)
            || has_owner(&destination, &sources, &location, reader);
        for destination in known(
            vec![(destination, location)],
            Role::Destination,
            policy,
            reader,
        ) {
            if is_sound {
                permits.push(Permit {
                    destination,
                    traffic: traffic.clone(),
                });
            }
        }
    }
    postures(set, policy, reader);
    Grant {
        sources,
        permits,
        via: Vec::new(),
        has_posture: entry(set, "srcPosture").is_some(),
        location: Some(rule.location.clone()),
    }
}

/// A destination and its ports, which stand behind the last colon.
pub(super) fn destination(text: &str) -> Result<(Selector, Vec<traffic::Ports>), String> {
    let Some((name, ports)) = text.rsplit_once(':') else {
        return Err(format!("\"{text}\" has no ports"));
    };
    let ports = traffic::ports(ports)?;
    let name = name
        .strip_prefix('[')
        .and_then(|name| name.strip_suffix(']'))
        .unwrap_or(name);
    Ok((Selector::parse(name)?, ports))
}

fn grant(set: &Set, rule: &Value, policy: &Policy, reader: &mut Reader) -> Grant {
    let elements = reader.list(set, "src");
    let sources = sources(elements, policy, reader);
    let elements = reader.list(set, "ip");
    let help = "write *, a port such as 53, or a protocol with ports such as udp:53";
    let ip = reader.each(elements, help, traffic::grant_ip);
    let capabilities = capabilities(set, reader);
    if elements.is_empty() && !capabilities {
        reader.problem(
            &rule.location,
            "a grant that grants nothing: it has neither \"ip\" nor \"app\"",
            "add \"ip\": [\"*\"], or the ports that are meant",
        );
    }
    let elements = reader.list(set, "dst");
    let mut permits = Vec::new();
    for (destination, location) in reader.selectors(elements) {
        let whole = matches!(&destination, Selector::Net(net) if net.prefix_len() == 0);
        if whole {
            reader.problem(
                &location,
                "all addresses can't be a destination of a grant",
                "write * for the tailnet and its routes, or autogroup:internet for exit nodes",
            );
        }
        if destination == Selector::Internet && capabilities {
            reader.problem(
                &location,
                "a grant with \"app\" can't lead to autogroup:internet",
                "keep the capabilities in a grant of their own",
            );
        }
        let is_sound = has_owner(&destination, &sources, &location, reader) && !whole;
        for destination in known(
            vec![(destination, location)],
            Role::Destination,
            policy,
            reader,
        ) {
            permits.extend(ip.iter().filter(|_| is_sound).map(|(traffic, _)| Permit {
                destination: destination.clone(),
                traffic: traffic.clone(),
            }));
        }
    }
    postures(set, policy, reader);
    Grant {
        sources,
        permits,
        via: via(set, policy, reader),
        has_posture: entry(set, "srcPosture").is_some(),
        location: Some(rule.location.clone()),
    }
}

fn sources(elements: &[Value], policy: &Policy, reader: &mut Reader) -> Vec<Selector> {
    let sources = reader.selectors(elements);
    known(sources, Role::Source, policy, reader)
}

/// Whether a destination that stands for the asker's own machines has askers who are users.
fn has_owner(
    destination: &Selector,
    sources: &[Selector],
    location: &Location,
    reader: &mut Reader,
) -> bool {
    let is_user = |source: &Selector| {
        matches!(
            source,
            Selector::User(_)
                | Selector::Domain(_)
                | Selector::Group(_)
                | Selector::Member
                | Selector::Role(_)
        )
    };
    let is_sound = *destination != Selector::Own || sources.iter().all(is_user);
    if !is_sound {
        reader.problem(
            location,
            "autogroup:self needs sources that are users: only they have machines of their own",
            "name users, groups or autogroup:member as sources",
        );
    }
    is_sound
}

/// Whether a grant has capabilities.
fn capabilities(set: &Set, reader: &mut Reader) -> bool {
    let app = entry(set, "app").and_then(|entry| reader.map(&entry.value));
    let Some(app) = app else { return false };
    for (name, entry) in &app.entries {
        let of_tailscale = name.strip_prefix("tailscale.com/cap/");
        let has_form = name.split_once('/').is_some_and(|(domain, path)| {
            domain.contains('.') && !domain.contains(':') && !path.is_empty()
        });
        if !has_form {
            reader.problem(
                &entry.key,
                format!("\"{name}\" is no name of a capability"),
                "write a domain, a slash and a path, such as example.com/cap/read",
            );
        } else if of_tailscale.is_some_and(|name| RESERVED.contains(&name)) {
            reader.problem(
                &entry.key,
                format!("\"{name}\" can't be granted: only Tailscale hands it out"),
                "remove it",
            );
        }
    }
    !app.entries.is_empty()
}

fn via(set: &Set, policy: &Policy, reader: &mut Reader) -> Vec<String> {
    let elements = reader.list(set, "via");
    let mut tags = Vec::new();
    for (selector, location) in reader.each(elements, "name a tag of routers", Selector::parse) {
        match (problem(&selector, Role::Destination, policy), selector) {
            (None, Selector::Tag(tag)) => tags.push(tag),
            (Some((message, help)), _) => reader.problem(&location, message, help),
            (None, _) => reader.problem(&location, "a way that is no tag", "name a tag of routers"),
        }
    }
    tags
}
