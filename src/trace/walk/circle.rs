//! Circles: a question that comes back to a server that is answering it.

use super::serving::said;
use super::{Served, Walk};
use crate::place::Place;
use crate::trace::outcome::{Because, Cause, CauseKind, Outcome, Seen};
use crate::trace::path::Step;
use crate::trace::server::Server;

impl Walk<'_, '_, '_> {
    pub(super) fn circle(&self, between: &[&Server], name: &str) -> Served {
        let servers = between.iter().map(|server| self.server_name(server));
        let mut path: Vec<String> = servers.collect();
        path.push(name.to_owned());
        let text = format!("the query goes round: {}", path.join(" → "));
        let mut cause = Cause::new(CauseKind::Loop, text);
        cause.path = path;
        // Whoever takes the tailnet's settings without need closes the circle, else a mapping does.
        let (own, others): (Vec<&Server>, Vec<&Server>) = between
            .iter()
            .copied()
            .partition(|server| matches!(server, Server::Quad100(_)));
        let mut places = own
            .into_iter()
            .chain(others)
            .filter_map(|server| self.turn(server));
        cause.because = places.next().map(Because::from);
        let outcome = Outcome::new(Seen::Timeout, cause);
        said(
            name.to_owned(),
            false,
            Step::new("has been asked already: the circle is closed"),
            outcome,
        )
    }
}

impl<'t> Walk<'t, '_, '_> {
    /// The line of the declaration that makes a server ask the next one of a circle.
    fn turn(&self, server: &Server) -> Option<&'t Place> {
        let topology = self.world.topology();
        match server {
            Server::Quad100(host) => {
                let member = self.world.member(*host)?;
                let membership = member.declared?;
                Some(&membership.accept_dns.place)
            }
            Server::Resolver(resolver, _) => {
                let declared = &topology.resolvers.get(*resolver).declared;
                let servers = declared
                    .conditional
                    .0
                    .values()
                    .flat_map(|(_, servers)| &servers.0);
                let mut servers = servers.chain(&declared.upstreams);
                servers.next().map(|server| &server.place)
            }
            Server::Forwarder(..)
            | Server::ClusterDns(..)
            | Server::Resolved(_)
            | Server::Public(_) => None,
        }
    }
}
