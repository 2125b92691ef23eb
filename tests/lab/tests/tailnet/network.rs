//! A network with a control server, a public name server and members, all at one switch.

use std::net::{IpAddr, Ipv4Addr};

use tailwright_lab::namespace::{Namespace, veth};
use tailwright_lab::quad100::{Asked, Config, Quad100};
use tailwright_lab::query::Question;
use tailwright_lab::tailnet::{Entry, Headscale, Owner, Rules, Settings, Tailscaled};
use tailwright_lab::{Failure, Tools, tools};

/// The names are in this suffix.
pub(crate) const SUFFIX: &str = "tail96fefe.ts.net";
const CONTROL: Ipv4Addr = Ipv4Addr::new(10, 99, 0, 1);
/// The public name server.
pub(crate) const PUBLIC: IpAddr = IpAddr::V4(Ipv4Addr::new(10, 99, 0, 53));

/// All of it.
pub(crate) struct Network {
    pub(crate) tools: Tools,
    pub(crate) headscale: Headscale,
    public: Quad100,
    fences: usize,
    server: Namespace,
    switch: Namespace,
}

/// A machine with tailscaled.
pub(crate) struct Machine {
    pub(crate) tailscaled: Tailscaled,
    pub(crate) host: Namespace,
}

impl Network {
    pub(crate) fn new(settings: &Settings) -> Result<Self, Failure> {
        let switch = Namespace::new("switch")?;
        switch.bridge("br0", &[])?;
        let tools = tools!();
        let server = attached(&switch, "public", PUBLIC)?;
        // Every name is below the root, of which it knows everything.
        let root = Config {
            reverse_zones: Vec::new(),
            listen: vec![PUBLIC],
            ..Config::new("")
        };
        let root = root.host("www.example.com", &[[192, 0, 2, 80].into()]);
        let control = attached(&switch, "control", CONTROL.into())?;
        Ok(Self {
            public: Quad100::start(&tools, &server, &root)?,
            headscale: Headscale::start(control, CONTROL, settings)?,
            fences: 0,
            server,
            switch,
            tools,
        })
    }

    /// What the public name server has been asked, up to now.
    pub(crate) fn asked(&mut self) -> Result<Vec<Asked>, Failure> {
        // It reports in the order of asking: what comes before a last question is there when that is.
        self.fences += 1;
        let last = format!("fence{}.example.com", self.fences);
        Question::new((PUBLIC, 53), &last, "A").ask(&self.tools, &self.server)?;
        self.public.wait_for(&last)?;
        Ok(self.public.asked())
    }

    /// Gives members their addresses, and waits until the machine knows some of them.
    pub(crate) fn rewrite(
        &mut self,
        machine: &mut Machine,
        entries: &[Entry],
        known: &[Entry],
    ) -> Result<(), Failure> {
        // One that has just lost its connection to headscale tries TLS at first, for ten seconds.
        machine.tailscaled.stop()?;
        self.headscale.rewrite(entries)?;
        machine.tailscaled.resume(&machine.host)?;
        machine.wait_for(known)
    }

    /// A machine at 10.99.0.`number` without tailscaled.
    pub(crate) fn host(&self, role: &str, number: u8) -> Result<Namespace, Failure> {
        attached(&self.switch, role, [10, 99, 0, number].into())
    }

    /// A machine at 10.99.0.`number` that has registered under this name.
    pub(crate) fn machine(
        &self,
        name: &str,
        number: u8,
        flags: &[&str],
    ) -> Result<Machine, Failure> {
        let host = self.host(name, number)?;
        self.member(name, host, flags, Rules::Nftables)
    }

    /// Lets a machine register under a name.
    pub(crate) fn member(
        &self,
        name: &str,
        host: Namespace,
        flags: &[&str],
        rules: Rules,
    ) -> Result<Machine, Failure> {
        let tailscaled = Tailscaled::start(&host, PUBLIC, rules)?;
        let key = self.headscale.auth_key(&Owner::Person)?;
        let name = format!("--hostname={name}");
        let flags = std::iter::once(name).chain(flags.iter().map(|&flag| flag.to_owned()));
        tailscaled
            .client()
            .up(&self.headscale.url(), &key, &flags.collect::<Vec<_>>())?;
        Ok(Machine { tailscaled, host })
    }
}

impl Machine {
    /// Waits until it knows these members by these addresses, and by no others.
    fn wait_for(&mut self, entries: &[Entry]) -> Result<(), Failure> {
        Ok(self.tailscaled.wait_until("the new netmap", |client| {
            let members = client.members()?;
            Ok(entries.iter().all(|entry| {
                let member = members.get(&format!("{}.{SUFFIX}", entry.name));
                let declared: [IpAddr; 2] = [entry.address.into(), entry.address_v6().into()];
                member.is_some_and(|m| m.addresses.iter().all(|a| declared.contains(a)))
            }))
        })?)
    }
}

fn attached(switch: &Namespace, role: &str, address: IpAddr) -> Result<Namespace, Failure> {
    let host = Namespace::new(role)?;
    veth(&host, "eth0", switch, role)?;
    switch.ip(&format!("link set {role} master br0"))?;
    host.ip(&format!("addr add {address}/24 dev eth0"))?;
    if address != IpAddr::V4(CONTROL) {
        host.ip(&format!("route add default via {CONTROL}"))?;
    }
    Ok(host)
}
