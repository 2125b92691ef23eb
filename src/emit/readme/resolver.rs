//! The step of a resolver.

use super::commands::{MEMBER, PUBLIC, PUBLIC_NAME, dig, seen};
use super::guide::and;
use super::node::listens;
use super::parts::AppFiles;
use super::{Block, Guide, Page};
use crate::emit::markdown::code;
use crate::scalar::{ManageResolver, Port, Protocol, ResolverKind};
use crate::topology::arrivals::resolver_asks;
use crate::topology::{Forwarder, Id, Resolver};

impl Page<'_> {
    pub(super) fn resolver(&self, id: Id<Resolver>) -> Guide {
        let topology = self.topology;
        let resolver = topology.resolvers.get(id);
        let name = code(resolver.name.as_str());
        let nodes: Vec<String> = resolver
            .nodes
            .iter()
            .map(|node| code(topology.nodes.get(*node).name.as_str()))
            .collect();
        let place = match resolver.cluster {
            Some(cluster) => {
                format!(
                    "cluster {}",
                    code(topology.clusters.get(cluster).name.as_str())
                )
            }
            None if nodes.is_empty() => "where the resolver runs".to_owned(),
            None => and(&nodes),
        };
        let files = self.app_files(resolver);
        Guide {
            title: format!("Resolver {name}"),
            place,
            apply: self.apply_resolver(resolver, &files),
            check: self.check_resolver(resolver, &files),
            undo: self.undo_resolver(resolver, &files),
        }
    }

    fn apply_resolver(&self, resolver: &Resolver, files: &AppFiles) -> Vec<Block> {
        if let Some(cluster) = resolver.cluster
            && !files.objects.is_empty()
        {
            let mut apply = self.apply_objects(cluster, &files.objects);
            if let Some(app) = &resolver.app {
                apply.push(Block::text(format!(
                    "The namespace {} has to be there: tailwright does not make it, since whatever made \
                     it would also delete it, with all that is in it.",
                    code(app.namespace.value.as_str())
                )));
            }
            return apply;
        }
        let why = match resolver.manage {
            ManageResolver::None => "its `manage` is \"none\"",
            ManageResolver::App | ManageResolver::Conditional => {
                "tailwright does not write its configuration"
            }
        };
        if let Some(file) = &files.conditional {
            return vec![Block::text(format!(
                "{file} holds nothing but the mapping: merge it into the resolver's configuration, and \
                 roll that out as ever."
            ))];
        }
        let asked: Vec<String> = self
            .asked(resolver)
            .map(|(forwarder, servers)| {
                format!(
                    "- {} and the reverse zones of that tailnet: {}",
                    self.suffix(forwarder.tailnet),
                    and(&servers)
                )
            })
            .collect();
        if asked.is_empty() {
            return vec![Block::text(format!("By hand, since {why}."))];
        }
        [
            Block::text(format!(
                "By hand, since {why}. Let it ask for these names there, and nowhere else:"
            )),
            Block::text(asked.join("\n")),
        ]
        .into_iter()
        .chain(by_hand(resolver.declared.kind.value))
        .collect()
    }

    /// The forwarders that a resolver asks, each with its sockets.
    fn asked<'a>(
        &'a self,
        resolver: &'a Resolver,
    ) -> impl Iterator<Item = (&'a Forwarder, Vec<String>)> {
        let forwarders = self.topology.forwarders.values();
        forwarders.filter_map(|forwarder| {
            let instances = forwarder.instances.iter();
            let asked = instances
                .filter(|one| resolver_asks(self.topology, resolver, forwarder, one))
                .flat_map(|one| listens(forwarder, one));
            let servers: Vec<String> = asked.collect();
            (!servers.is_empty()).then_some((forwarder, servers))
        })
    }

    fn check_resolver(&self, resolver: &Resolver, files: &AppFiles) -> Vec<Block> {
        let mut check = Vec::new();
        if !files.objects.is_empty() {
            let namespace = resolver.app.as_ref().map(|app| &app.namespace.value);
            let namespace = namespace.map_or_else(String::new, |name| format!("-n {name} "));
            check.push(Block::commands(vec![format!(
                "kubectl {namespace}rollout status deployment/{}",
                resolver.name
            )]));
        }
        let addresses = self.topology.resolver_addresses(resolver);
        let port = resolver.declared.port.map_or(53, Port::number);
        let mut commands = Vec::new();
        for address in addresses {
            for (forwarder, _) in self.asked(resolver) {
                if let Some(query) = self.member_query(forwarder.tailnet, None) {
                    let ask = |protocol| dig(address, port, protocol, &query);
                    commands.push(seen(MEMBER, ask(Protocol::Udp)));
                    commands.push(ask(Protocol::Tcp));
                }
                // Without DNS settings of the tailnet quad100 answers SERVFAIL for what it does not
                // know, with them NXDOMAIN.
                let query = self.query(forwarder.tailnet, "no-such-member");
                let ask = dig(address, port, Protocol::Udp, &query);
                commands.push(seen("status: NXDOMAIN or SERVFAIL", ask));
            }
            let ask = dig(address, port, Protocol::Udp, PUBLIC_NAME);
            commands.push(seen(PUBLIC, ask));
        }
        if commands.is_empty() {
            check.push(Block::text(
                "From a pod: the resolver's Service answers names of the tailnet, and public ones.",
            ));
        } else {
            check.push(Block::with("From where its clients are:", commands));
        }
        check
    }

    fn undo_resolver(&self, resolver: &Resolver, files: &AppFiles) -> Vec<Block> {
        match resolver.cluster {
            Some(cluster) if !files.objects.is_empty() => {
                self.undo_objects(cluster, &files.objects)
            }
            _ => vec![Block::text(
                "Take the mapping out of the resolver's configuration again.",
            )],
        }
    }
}

/// What a kind of resolver has to be told beside whom to ask.
fn by_hand(kind: ResolverKind) -> Option<Block> {
    (kind == ResolverKind::Unbound).then(|| {
        Block::text(
            "unbound answers some of the reverse zones itself, and takes what is not signed for forged: each of \
             these zones needs `domain-insecure: \"<zone>\"` and `local-zone: \"<zone>\" transparent`.",
        )
    })
}
