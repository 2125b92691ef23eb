# A home with one LAN, a k3s cluster on two machines that are also the subnet routers of the
# tailnet, and Blocky in the cluster. Lines with CHANGE hold what is different for everybody.
{
  tailnet = {
    # CHANGE: the MagicDNS suffix, see the DNS page of the admin console.
    suffix = "example-name.ts.net";
    nameservers = [ "blocky" ];
    overrideLocalDns = true;
    tags."tag:router" = [ "autogroup:admin" ];
  };

  sites.home = {
    # CHANGE: the LAN, and what its DHCP hands out.
    lans = [ "192.168.1.0/24" ];
    nameservers = [ "blocky" ];
  };

  clusters.home = {
    site = "home";
    distribution = "k3s";
    # CHANGE: the network plug-in and the pod range that is configured in it.
    cni = {
      kind = "flannel";
      podCidrs = [ "10.42.0.0/16" ];
    };
    dnsService = "10.43.0.10";
  };

  nodes = {
    # CHANGE: the host names, addresses and interfaces of the machines.
    alpha = {
      os = "nixos";
      site = "home";
      cluster = "home";
      address = "192.168.1.11";
      interface = "enp1s0";
      roles = [
        "control-plane"
        "subnet-router"
      ];
      firewall = "nftables";
      tailscale = {
        tags = [ "tag:router" ];
        authKey = "nodes";
      };
    };
    beta = {
      os = "nixos";
      site = "home";
      cluster = "home";
      address = "192.168.1.12";
      interface = "enp1s0";
      roles = [
        "control-plane"
        "subnet-router"
      ];
      firewall = "nftables";
      tailscale = {
        tags = [ "tag:router" ];
        authKey = "nodes";
      };
    };
  };

  forwarders.magicdns = {
    engine = "unbound";
    nodes = [
      "alpha"
      "beta"
    ];
  };

  resolvers.blocky = {
    kind = "blocky";
    version = "0.34.0";
    cluster = "home";
    replicas = 2;
    # CHANGE: the load balancer's address for Blocky.
    address = "192.168.1.53";
    upstreams = [
      "1.1.1.1"
      "9.9.9.9"
    ];
  };

  secrets.nodes = {
    kind = "auth-key";
    reusable = true;
    tags = [ "tag:router" ];
    # CHANGE: the SOPS file and the key in it.
    sops = {
      file = ./secrets/hosts.enc.yaml;
      key = "tailscale_auth_key";
    };
  };
}
