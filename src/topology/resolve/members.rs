//! Secrets, nodes and devices: who is on a tailnet, and with what.

use super::{Context, keep_broken_names, refuse_reserved};
use crate::declaration::{Declaration, language};
use crate::facts::{nixos, tailnet};
use crate::place::{Located, Place};
use crate::rules::structure;
use crate::scalar::{Cidr, Firewall, Name, Os, Part, Role, SecretKind, SopsFormat};
use crate::topology::table::{Id, Table};
use crate::topology::{Device, Entity, MAIN_TAILNET, Membership, Node, Secret, Sourced, Topology};

pub(super) fn secrets(declaration: &Declaration, topology: &mut Topology, context: &mut Context) {
    for (name, (_, declared)) in &declaration.secrets.0 {
        let sound = declared.as_ref().filter(|declared| declared.is_sound);
        if let Some(declared) = sound {
            check_secret(declared, context);
        }
        let secret = sound.map(|declared| Secret {
            name: name.clone(),
            declared: declared.clone(),
        });
        topology.secrets.insert(name.clone(), secret);
    }
}

fn check_secret(declared: &language::Secret, context: &mut Context) {
    let sops = &declared.sops;
    let binary = sops.format() == SopsFormat::Binary;
    match &sops.key {
        Some(key) if binary => context.findings.push(structure::contradiction(
            &key.place,
            "a binary SOPS file has no keys: the whole file is the secret",
            "remove `key`, or give the file's real `format`",
        )),
        None if !binary => context.findings.push(structure::contradiction(
            &sops.place,
            format!(
                "`{}` names a file with keys, but not which key",
                sops.place.path
            ),
            "add `key = …;`",
        )),
        _ => {}
    }
}

/// What sops-nix can't take out of a file (sops-nix, pkgs/sops-install-secrets/main.go,
/// `decryptSecret` and `recurseSecretKey`), for secrets that it has to put on a node.
fn check_sops_nix(topology: &Topology, context: &mut Context) {
    for (id, secret) in topology.secrets.iter() {
        let user = topology
            .nodes
            .values()
            .filter(|node| node.manages(Part::Secrets))
            .filter_map(|node| node.tailscale.as_ref())
            .find(|membership| membership.auth_key == Some(id))
            .and_then(|membership| membership.declared.auth_key.as_ref());
        let sops = &secret.declared.sops;
        let (Some(user), Some(key)) = (user, &sops.key) else {
            continue;
        };
        let format = sops.format();
        let finding = match format {
            SopsFormat::Dotenv | SopsFormat::Ini => structure::contradiction(
                &key.place,
                format!("sops-nix takes no single key out of a file in the format {format}"),
                "keep the secret in a YAML or JSON file, or in a binary file of its own",
            )
            .note("the node would get the whole file, and join with that as its key"),
            SopsFormat::Json if key.value.as_str().contains('/') => structure::contradiction(
                &key.place,
                "sops-nix finds nested keys in YAML files alone",
                "name a key at the top of the file, or keep the secret in a YAML file",
            ),
            SopsFormat::Yaml | SopsFormat::Json | SopsFormat::Binary => continue,
        };
        context
            .findings
            .push(finding.related(&user.place, "needed on this node"));
    }
}

pub(super) fn nodes(declaration: &Declaration, topology: &mut Topology, context: &mut Context) {
    for (name, (_, declared)) in &declaration.nodes.0 {
        let Some(declared) = declared else { continue };
        let before = context.findings.len();
        let node = node(name, declared, topology, context);
        let node = context.sound(node, declared.is_sound, before);
        topology.nodes.insert(name.clone(), node);
    }
    keep_broken_names(&declaration.nodes, &mut topology.nodes);
    check_sops_nix(topology, context);
}

fn node(
    name: &Name,
    declared: &language::Node,
    topology: &Topology,
    context: &mut Context,
) -> Option<Node> {
    let site = optional(&topology.sites, declared.site.as_ref(), context);
    let cluster = optional(&topology.clusters, declared.cluster.as_ref(), context);
    let lans = site
        .flatten()
        .filter(|_| {
            declared
                .roles
                .iter()
                .any(|role| role.value == Role::SubnetRouter)
        })
        .map(|site| topology.sites.get(site).declared.lans.as_slice())
        .unwrap_or_default();
    let tailscale = optional_membership(
        declared.tailscale.as_ref(),
        Member::Node(lans),
        topology,
        context,
    );
    let (default, fact) = match declared.os {
        Os::Nixos => (Firewall::Iptables, &nixos::FIREWALL_DEFAULT),
        Os::Talos | Os::Other => (Firewall::Off, &nixos::FIREWALL_UNKNOWN),
    };
    let firewall = context.or_default(
        declared.firewall.as_ref(),
        &declared.place,
        "firewall",
        default,
        fact,
    );
    refuse_reserved(name, &declared.place, context);
    // Every reference is followed before any failure counts: all findings in one run.
    Some(Node {
        name: name.clone(),
        declared: declared.clone(),
        site: site?,
        cluster: cluster?,
        firewall,
        tailscale: tailscale?,
    })
}

/// Whose membership it is: it decides what stands for what is not said.
#[derive(Clone, Copy)]
enum Member<'a> {
    /// A node, which advertises these LANs where it is a subnet router.
    Node(&'a [Located<Cidr>]),
    /// A device, of which nothing is configured.
    Device,
}

fn optional_membership(
    declared: Option<&language::Tailscale>,
    member: Member<'_>,
    topology: &Topology,
    context: &mut Context,
) -> Option<Option<Membership>> {
    match declared {
        Some(declared) => membership(declared, member, topology, context).map(Some),
        None => Some(None),
    }
}

/// Follows a reference that may be absent: `None` where it leads nowhere.
pub(super) fn optional<T: Entity>(
    table: &Table<T>,
    name: Option<&Located<Name>>,
    context: &mut Context,
) -> Option<Option<Id<T>>> {
    match name {
        Some(name) => table
            .refer(&name.value, &name.place, &mut context.findings)
            .map(Some),
        None => Some(None),
    }
}

fn membership(
    declared: &language::Tailscale,
    member: Member<'_>,
    topology: &Topology,
    context: &mut Context,
) -> Option<Membership> {
    let place = &declared.place;
    let tailnet = tailnet_of(declared.tailnet.as_ref(), place, topology, context);
    let auth_key = optional(&topology.secrets, declared.auth_key.as_ref(), context);
    if let (Some(Some(secret)), Some(reference)) = (auth_key, &declared.auth_key) {
        let secret = &topology.secrets.get(secret).declared;
        if secret.kind == SecretKind::Opaque {
            context.findings.push(
                structure::contradiction(
                    &reference.place,
                    format!("`{}` joins with a secret that is no key", place.path),
                    "refer to a secret of the kind \"auth-key\" or \"oauth-client\"",
                )
                .related(&secret.place, "its kind is \"opaque\""),
            );
        }
        if secret.kind == SecretKind::OauthClient && declared.tags.is_empty() {
            context.findings.push(
                structure::contradiction(
                    &reference.place,
                    format!(
                        "`{}` joins with an OAuth client's secret, but without a tag",
                        place.path
                    ),
                    "add `tags = [ … ];`, of those that the client was made for",
                )
                .note("what such a secret lets in belongs to no user: Tailscale demands a tag"),
            );
        }
    }
    let (accepts, dns_fact, routes_fact) = match member {
        Member::Node(_) => (false, &tailnet::ACCEPT_DNS_OFF, &tailnet::ACCEPT_ROUTES_OFF),
        Member::Device => (true, &tailnet::DEVICES_ACCEPT, &tailnet::DEVICES_ACCEPT),
    };
    let accept_dns = context.or_default(
        declared.accept_dns.as_ref(),
        place,
        "acceptDns",
        accepts,
        dns_fact,
    );
    let accept_routes = context.or_default(
        declared.accept_routes.as_ref(),
        place,
        "acceptRoutes",
        accepts,
        routes_fact,
    );
    let lans = match member {
        Member::Node(lans) => lans,
        Member::Device => &[],
    };
    let advertised_routes = match &declared.advertise_routes {
        Some(routes) => routes.iter().cloned().map(Sourced::from).collect(),
        None if lans.is_empty() => Vec::new(),
        None => {
            let value: Vec<String> = lans.iter().map(|lan| lan.to_string()).collect();
            context.used(
                place.path.attr("advertiseRoutes"),
                value.join(", "),
                &tailnet::ADVERTISES_LANS,
            );
            lans.iter()
                .map(|lan| Sourced {
                    value: lan.value,
                    place: lan.place.clone(),
                    fact: Some(&tailnet::ADVERTISES_LANS),
                })
                .collect()
        }
    };
    let mut flag = |declared: Option<bool>, attribute, fact| match (declared, member) {
        (Some(declared), _) => declared,
        // Nothing is configured of a device, so nothing has to be filled in for it.
        (None, Member::Device) => true,
        (None, Member::Node(_)) => {
            context.used(place.path.attr(attribute), true.to_string(), fact);
            true
        }
    };
    let snat_subnet_routes = flag(
        declared.snat_subnet_routes,
        "snatSubnetRoutes",
        &tailnet::SNAT_ON,
    );
    let open_firewall = flag(
        declared.open_firewall,
        "openFirewall",
        &tailnet::OPEN_FIREWALL,
    );
    Some(Membership {
        declared: declared.clone(),
        tailnet: tailnet?,
        // A secret with a mistake of its own changes nothing else about who joins with it.
        auth_key: auth_key.flatten(),
        accept_dns,
        accept_routes,
        advertised_routes,
        snat_subnet_routes,
        open_firewall,
    })
}

/// The tailnet that is named, or the one of `tailnet`.
pub(super) fn tailnet_of(
    name: Option<&Located<Name>>,
    owner: &Place,
    topology: &Topology,
    context: &mut Context,
) -> Option<Id<crate::topology::Tailnet>> {
    match name {
        Some(name) => topology
            .tailnets
            .refer(&name.value, &name.place, &mut context.findings),
        None => match topology.tailnets.find(MAIN_TAILNET) {
            Some((id, _)) => Some(id),
            None => {
                if !context.main_tailnet_is_broken {
                    context.findings.push(structure::no_tailnet(owner));
                }
                None
            }
        },
    }
}

pub(super) fn devices(declaration: &Declaration, topology: &mut Topology, context: &mut Context) {
    for (name, (_, declared)) in &declaration.devices.0 {
        let Some(declared) = declared else { continue };
        let before = context.findings.len();
        let site = optional(&topology.sites, declared.site.as_ref(), context);
        let tailscale = optional_membership(
            declared.tailscale.as_ref(),
            Member::Device,
            topology,
            context,
        );
        let device = site.zip(tailscale).map(|(site, tailscale)| Device {
            name: name.clone(),
            declared: declared.clone(),
            site,
            tailscale,
        });
        let device = context.sound(device, declared.is_sound, before);
        topology.devices.insert(name.clone(), device);
    }
    keep_broken_names(&declaration.devices, &mut topology.devices);
}
