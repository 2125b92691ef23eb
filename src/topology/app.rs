//! Resolvers that are generated as a whole: Blocky as an application of a cluster.

use super::{Cluster, Id, Secret, Sourced};
use crate::facts::Release;
use crate::scalar::{
    Address, ExternalTrafficPolicy, Image, LoadBalancerKind, Name, Port, Upstream, Version,
};

/// Blocky as an application of a cluster.
#[derive(Debug)]
pub struct App {
    /// The cluster.
    pub cluster: Id<Cluster>,
    /// Its release.
    pub version: Sourced<Version>,
    /// The numbers of the release.
    pub release: Release,
    /// Its image.
    pub image: Image,
    /// Its namespace.
    pub namespace: Sourced<Name>,
    /// How many of it run.
    pub replicas: u16,
    /// Whom it asks for the names of its upstream servers and block lists.
    pub bootstrap: Vec<Upstream>,
    /// The records that it holds itself, each a line of a zone file (RFC 1035 section 5).
    pub records: Vec<String>,
    /// How clients reach it.
    pub service: Service,
    /// Which of its pods get what comes to the load balancer's address.
    pub external_traffic_policy: ExternalTrafficPolicy,
    /// The ports on which it answers, each with the port under which clients ask it.
    pub listeners: Vec<Listener>,
    /// The secrets that its settings refer to, by name, each once.
    pub secrets: Vec<Id<Secret>>,
}

/// How clients reach an application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Service {
    /// At addresses of the cluster's Services; at any where none is declared.
    Cluster(Vec<Address>),
    /// At addresses that an implementation of load balancing gives out, where it is declared.
    LoadBalancer(Option<LoadBalancerKind>, Vec<Address>),
}

impl App {
    /// The external traffic policy of its Service, as Kubernetes writes it.
    #[must_use]
    pub fn external_traffic_policy(&self) -> &'static str {
        match self.external_traffic_policy {
            ExternalTrafficPolicy::Cluster => "Cluster",
            ExternalTrafficPolicy::Local => "Local",
        }
    }
}

/// A port on which an application answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listener {
    /// What it answers there.
    pub kind: ListenerKind,
    /// The port under which clients ask.
    pub port: Port,
}

/// What an application answers on a port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListenerKind {
    /// Plain DNS over UDP and TCP.
    Dns,
    /// DNS over TLS.
    Dot,
    /// DNS over HTTPS.
    Doh,
    /// HTTP: metrics and the API, for the cluster alone.
    Http,
}

impl ListenerKind {
    /// The attribute of the resolver that says its port.
    #[must_use]
    pub fn attribute(self) -> &'static str {
        match self {
            Self::Dns => "port",
            Self::Dot => "dotPort",
            Self::Doh => "dohPort",
            Self::Http => "httpPort",
        }
    }
}

impl Listener {
    /// The port inside the container.
    #[must_use]
    pub fn container_port(self) -> u16 {
        match self.kind {
            ListenerKind::Dns => 53,
            ListenerKind::Dot => 853,
            ListenerKind::Doh => 443,
            // Nothing outside the cluster has a number in mind for it.
            ListenerKind::Http => self.port.number(),
        }
    }
}
