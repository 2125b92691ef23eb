//! Servers that are asked over an encrypted way, or known by a name that has to be resolved first.

use super::{Query, Stack, Walk, Way};
use crate::scalar::server::{Transport, UpstreamHost};
use crate::scalar::{Protocol, RecordType, Upstream};
use crate::trace::clients::LIBC_USES;
use crate::trace::combine::Branch;
use crate::trace::host::Host;
use crate::trace::outcome::{Cause, CauseKind, Outcome, Seen, When, both, merged};
use crate::trace::path::Step;
use crate::trace::server::{Asked, Server, Target, Via};

impl Walk<'_, '_, '_> {
    /// An upstream server that is encrypted, or known by a name.
    pub(super) fn ask_upstream(
        &self,
        from: Host,
        by: Option<&Server>,
        upstream: &Upstream,
        asked: &Asked,
        stack: &mut Stack,
    ) -> Query {
        let protocol = match upstream.transport {
            Transport::Plain => asked.protocol,
            Transport::Tls | Transport::Https => Protocol::Tcp,
            Transport::Quic => Protocol::Udp,
        };
        let name = match &upstream.host {
            UpstreamHost::Address(address) => {
                return self.ask_at(from, (address.ip(), upstream.port), protocol, asked, stack);
            }
            UpstreamHost::Name(name) => name,
        };
        let question = Asked {
            name: name.clone(),
            record_type: RecordType::A,
            protocol: asked.protocol,
        };
        let servers = self.bootstrap(from, by);
        let found = self.ask_all(from, &servers, Via::Udp, &question, stack);
        let mut outcomes = Vec::new();
        let public = Server::Public(format!("public server {name}"));
        let mut served = None;
        for outcome in found {
            if outcome.seen == Seen::Answer {
                let there = self.serve(&public, asked, stack);
                outcomes.extend(there.outcomes.iter().map(|there| {
                    let mut there = there.clone();
                    there.when = both(&there.when, &outcome.when);
                    there
                }));
                served = Some(there);
            } else if outcome.seen == Seen::Unknown {
                outcomes.push(outcome);
            } else {
                let text = format!("the name of the server {name} does not resolve");
                let mut cause = Cause::new(CauseKind::UpstreamFailed, text);
                cause.of = vec![outcome.cause.clone()];
                let failed = Outcome::new(Seen::Timeout, cause).leaking(outcome.leaks);
                outcomes.push(Outcome {
                    when: outcome.when,
                    ..failed
                });
            }
        }
        let outcomes = merged(outcomes);
        Query {
            whom: upstream.to_string(),
            place: None,
            ways: vec![Way {
                when: When::new(),
                steps: vec![Step::new(format!("{name} is resolved first"))],
                served,
                outcomes: outcomes.clone(),
            }],
            outcomes,
        }
    }

    /// Whom a server asks for the names of its upstream servers: its bootstrap servers, else those of
    /// its host.
    fn bootstrap(&self, from: Host, by: Option<&Server>) -> Vec<Target> {
        if let Some(Server::Resolver(id, _)) = by {
            let resolver = self.world.topology().resolvers.get(*id);
            let servers: Vec<Target> = match &resolver.app {
                Some(app) => app.bootstrap.iter().map(Target::from).collect(),
                None => {
                    let servers = resolver.declared.bootstrap.iter();
                    servers.map(|server| Target::from(&server.value)).collect()
                }
            };
            if !servers.is_empty() {
                return servers;
            }
        }
        match from {
            Host::Pod(cluster, _) => {
                let cluster = self.world.topology().clusters.get(cluster);
                let addresses = cluster.declared.dns_service.0.iter();
                addresses
                    .map(|address| Target::plain(address.value, 53))
                    .collect()
            }
            _ => self.own_servers(from),
        }
    }

    /// Asks servers one after the other, for what a server needs itself.
    fn ask_all(
        &self,
        from: Host,
        servers: &[Target],
        via: Via,
        asked: &Asked,
        stack: &mut Stack,
    ) -> Vec<Outcome> {
        let branches: Vec<Branch> = servers
            .iter()
            .map(|target| {
                let query = self.ask(from, None, target, via, asked, stack);
                Branch {
                    name: query.whom,
                    outcomes: query.outcomes,
                }
            })
            .collect();
        LIBC_USES.combine("the host", &branches)
    }
}
