//! What can stop a packet that has arrived: the tailnet's policy, the firewall, the server's access list; or
//! its answer.

mod way_back;

use super::outcome::{Cause, CauseKind, Condition, Outcome, Seen, When};
use super::path::{Arrived, By, Filtered, Step};
use super::server::Server;
use super::walk::{Delivered, Walk};
use super::world::Granted;
use crate::facts::tailnet as facts;
use crate::policy::traffic::{TCP, UDP};
use crate::scalar::{Cidr, Protocol};
use crate::topology::access::{self, Packet, Passage};
use crate::topology::arrivals::Ingress;
use crate::topology::{Id, Node};

/// What becomes of a packet at one obstacle.
pub(super) enum Verdict {
    /// It passes.
    Passes(Option<Step>),
    /// It is stopped, with what the client sees.
    Stops(Box<Outcome>),
    /// It is stopped under some conditions, and passes under the others.
    StopsWhen(Vec<(Condition, Outcome)>, When),
}

impl Verdict {
    fn stops(seen: Seen, cause: Cause) -> Self {
        Self::Stops(Box::new(Outcome::new(seen, cause)))
    }

    /// What was delivered, where it is the answers that are stopped.
    pub(super) fn losing(self, all: Vec<Delivered>) -> Vec<Delivered> {
        match self {
            Self::Passes(_) => all,
            Self::Stops(lost) => {
                let all = all.into_iter();
                all.map(|one| one.without_answer(&lost)).collect()
            }
            Self::StopsWhen(stopped, passes) => {
                let mut both = Vec::new();
                for (condition, lost) in &stopped {
                    both.extend(all.iter().cloned().map(|mut one| {
                        one.when.insert(condition.clone());
                        one.without_answer(lost)
                    }));
                }
                both.extend(all.into_iter().map(|mut one| {
                    one.when.extend(passes.iter().cloned());
                    one
                }));
                both
            }
        }
    }
}

/// A packet on its way past the obstacles.
#[derive(Default)]
pub(super) struct Passing {
    when: When,
    steps: Vec<Step>,
    /// What was stopped so far.
    pub(super) stopped: Vec<Delivered>,
}

impl Passing {
    /// Whether nothing gets past an obstacle.
    pub(super) fn is_stopped_by(&mut self, verdict: Verdict) -> bool {
        match verdict {
            Verdict::Passes(step) => {
                self.steps.extend(step);
                false
            }
            Verdict::Stops(outcome) => {
                self.stopped.push(Delivered {
                    when: self.when.clone(),
                    steps: self.steps.clone(),
                    end: Err(outcome),
                    lost: None,
                });
                true
            }
            Verdict::StopsWhen(stopped, passes) => {
                for (condition, outcome) in stopped {
                    // An obstacle before this one has stopped it already.
                    let is_past = matches!(&condition, Condition::From(range)
                        if self.when.contains(&Condition::NotFrom(*range)));
                    if !is_past {
                        let mut when = self.when.clone();
                        when.insert(condition);
                        self.stopped.push(Delivered {
                            when,
                            steps: self.steps.clone(),
                            end: Err(Box::new(outcome)),
                            lost: None,
                        });
                    }
                }
                self.when.extend(passes);
                false
            }
        }
    }

    /// What was stopped, and where the rest ends.
    pub(super) fn then(self, ends: Vec<Delivered>) -> Vec<Delivered> {
        let mut all = self.stopped;
        all.extend(ends.into_iter().map(|end| Delivered {
            when: &self.when | &end.when,
            steps: self.steps.iter().cloned().chain(end.steps).collect(),
            end: end.end,
            lost: end.lost,
        }));
        all
    }
}

impl Walk<'_, '_, '_> {
    /// Whether the tailnet's policy lets the packet through at a member.
    pub(super) fn grants(
        &self,
        filtered: &Filtered,
        to: std::net::IpAddr,
        port: u16,
        protocol: Protocol,
    ) -> Verdict {
        let number = match protocol {
            Protocol::Udp => UDP,
            Protocol::Tcp => TCP,
        };
        let outside = self.world.lan_sources(filtered.from, to.is_ipv6());
        let way = (to, number, port);
        let granted = self.world.index.granted(filtered, &outside, way);
        let tailnet = self.world.topology().tailnets.get(filtered.tailnet);
        let at = self.world.holder_name(filtered.at);
        let Some(policy) = &tailnet.policy else {
            return Verdict::Passes(Some(match &tailnet.policy_of_headscale {
                Some(file) => {
                    let text =
                        format!("{at} is taken to let it in: headscale's policy is not followed");
                    Step::new(text).because(&file.place)
                }
                None => Step::new(format!("{at} lets it in: no policy is declared"))
                    .because(&facts::NO_POLICY),
            }));
        };
        if granted == Granted::Yes {
            let step = Step::new(format!("the policy lets it in at {at}"));
            return Verdict::Passes(Some(step.because(&policy.place)));
        }
        let word = protocol.as_str();
        let cause = Cause::new(
            CauseKind::Grants,
            format!("no grant lets it in at {at}: {word}:{port} of {to}"),
        )
        .because(&policy.place)
        .mend(format!("grant `{word}:{port}` of {to} in the policy"));
        if granted == Granted::No {
            return Verdict::stops(Seen::Timeout, cause);
        }
        let member =
            |words: &str| Condition::Other(format!("asked by a member whom the policy {words}"));
        Verdict::StopsWhen(
            vec![(member("does not let"), Outcome::new(Seen::Timeout, cause))],
            When::from([member("lets")]),
        )
    }

    pub(super) fn firewall(
        &self,
        arrived: &Arrived,
        (id, listener): (Id<Node>, &Option<Server>),
        is_ipv6: bool,
        (port, protocol): (u16, Protocol),
    ) -> Verdict {
        let topology = self.world.topology();
        let node = topology.nodes.get(id);
        let ingress = ingress(arrived.by, node);
        if ingress == Ingress::Loopback {
            return Verdict::Passes(None);
        }
        if access::tailscaled_accepts(node, &ingress) {
            let text = format!(
                "tailscaled on {} lets in what comes by its interface",
                node.name
            );
            let step = Step::new(text).because(&facts::TS_INPUT_ACCEPTS);
            return Verdict::Passes(Some(step));
        }
        let is_member = node.tailscale.is_some() && ingress != Ingress::Tailnet;
        if is_member && let Some(source) = arrived.sources.iter().find(|source| is_cgnat(**source))
        {
            let text = format!(
                "tailscaled on {} drops what comes from {source} by another interface",
                node.name
            );
            let cause = Cause::new(CauseKind::Firewall, text).because(&facts::CGNAT_DROP);
            return Verdict::stops(Seen::Timeout, cause);
        }
        let instance = match listener {
            Some(Server::Forwarder(forwarder, node)) => {
                topology.forwarders.get(*forwarder).on(*node)
            }
            _ => None,
        };
        let what = format!("{} port {port}", protocol.as_str().to_uppercase());
        let dropped = |source: Cidr| {
            let packet = Packet {
                port,
                protocol,
                source,
                ingress: &ingress,
            };
            match access::passage(topology, node, instance, &packet) {
                Passage::Open => None,
                Passage::Closed => Some(source),
                Passage::Dropped(gap) => Some(gap),
            }
        };
        let closed = |_, gap: Cidr| {
            let mut cause = Cause::new(
                CauseKind::Firewall,
                format!("the firewall of {} drops {what} from {gap}", node.name),
            )
            .because(&node.firewall.place)
            .mend(format!(
                "open port {port} ({}) of {} for {gap}",
                protocol.as_str(),
                node.name
            ));
            cause.at_forwarder = topology
                .forwarders
                .values()
                .any(|forwarder| forwarder.port.value.number() == port);
            Outcome::new(Seen::Timeout, cause)
        };
        let verdict = if arrived.sources.is_empty() {
            let any = Cidr::any(is_ipv6);
            match dropped(any) {
                None => Verdict::Passes(None),
                Some(gap) if gap == any => Verdict::Stops(Box::new(closed(any, gap))),
                Some(_) => unknown_source(&format!("{what} of {}", node.name)),
            }
        } else {
            by_source(&arrived.sources, dropped, closed)
        };
        match verdict {
            Verdict::Passes(_) => {
                let text = format!("the firewall of {} lets {what} in", node.name);
                let step = Step::new(text);
                Verdict::Passes(Some(match node.firewall.fact {
                    Some(fact) => step.because(fact),
                    None => step.because(&node.firewall.place),
                }))
            }
            other => other,
        }
    }

    pub(super) fn access_list(
        &self,
        arrived: &Arrived,
        listener: &Option<Server>,
        is_ipv6: bool,
    ) -> Verdict {
        let Some(Server::Forwarder(id, node)) = listener else {
            return Verdict::Passes(None);
        };
        let topology = self.world.topology();
        let forwarder = topology.forwarders.get(*id);
        let Some(instance) = forwarder.on(*node).filter(|_| arrived.by != By::Itself) else {
            return Verdict::Passes(None);
        };
        // dnsmasq has none.
        if forwarder.declared.engine.value == crate::scalar::Engine::Dnsmasq {
            return Verdict::Passes(None);
        }
        let name = &topology.nodes.get(*node).name;
        let place = forwarder.declared.allow.as_ref();
        let place = place.map_or(&forwarder.declared.place, |allow| &allow.place);
        if arrived.sources.is_empty() {
            return match instance.access.first_gap(Cidr::any(is_ipv6)) {
                None => Verdict::Passes(None),
                Some(_) => unknown_source(&format!("forwarder {} on {name}", forwarder.name)),
            };
        }
        let refused = |_, gap: Cidr| {
            let cause = Cause::new(
                CauseKind::AccessList,
                format!("forwarder {} on {name} refuses {gap}", forwarder.name),
            )
            .because(place)
            .mend(format!("remove `allow`, which is derived, or add {gap}"));
            Outcome::new(Seen::Refused, cause)
        };
        let gap = |source| instance.access.first_gap(source);
        match by_source(&arrived.sources, gap, refused) {
            Verdict::Passes(_) => {
                let sources: Vec<String> =
                    arrived.sources.iter().map(ToString::to_string).collect();
                let text = format!("the access list admits {}", sources.join(", "));
                Verdict::Passes(Some(Step::new(text).because(place)))
            }
            other => other,
        }
    }
}

fn unknown_source(what: &str) -> Verdict {
    let text = format!("from which address {what} is asked is not declared");
    let cause = Cause::new(CauseKind::Unknown, text).mend("declare the addresses of who asks");
    Verdict::stops(Seen::Unknown, cause)
}

fn ingress(by: By, node: &Node) -> Ingress {
    match by {
        By::Itself => Ingress::Loopback,
        By::OwnPod => Ingress::OwnPods,
        By::Pod => Ingress::Pods,
        By::Lan | By::Internet | By::Cluster | By::ClusterPod => Ingress::of_lan(node),
        By::Tailnet => Ingress::Tailnet,
    }
}

fn is_cgnat(source: Cidr) -> bool {
    let within = |range: &str| {
        let range: Result<Cidr, _> = range.parse();
        range.is_ok_and(|range| range.contains(source))
    };
    within(facts::CGNAT.0) && !within(facts::CGNAT.1)
}

/// Judges each source: all pass, all are stopped, or those in some range are.
fn by_source(
    sources: &[Cidr],
    gap: impl Fn(Cidr) -> Option<Cidr>,
    stopped: impl Fn(Cidr, Cidr) -> Outcome,
) -> Verdict {
    let gaps: Vec<(Cidr, Cidr)> = sources
        .iter()
        .filter_map(|source| Some((*source, gap(*source)?)))
        .collect();
    let Some((source, first)) = gaps.first() else {
        return Verdict::Passes(None);
    };
    let is_whole = gaps.iter().all(|(source, gap)| gap.contains(*source));
    if gaps.len() == sources.len() && is_whole {
        return Verdict::Stops(Box::new(stopped(*source, *first)));
    }
    let outcomes = gaps.iter().map(|(source, gap)| {
        let from = if gap.contains(*source) { source } else { gap };
        (Condition::From(*from), stopped(*source, *gap))
    });
    let passes = gaps.iter().map(|(source, gap)| {
        Condition::NotFrom(if gap.contains(*source) { *source } else { *gap })
    });
    Verdict::StopsWhen(outcomes.collect(), passes.collect())
}
