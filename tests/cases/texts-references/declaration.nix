# What refers to nothing, and what can't be true together.
{
  tailnet = {
    suffix = "tail96fefe.ts.net";
    nameservers = [ "bloky" ];
    tags."tag:router" = [ "autogroup:admin" ];
  };
  sites.home = {
    lans = [ "10.10.10.0/24" ];
    virtualAddresses = [
      {
        address = "10.10.10.250";
        nodes = [ "gamma" ];
      }
    ];
  };
  nodes = {
    alpha = {
      os = "nixos";
      site = "hme";
      cluster = "homelab";
      tailscale = {
        authKey = "nodes";
        tailnet = "work";
        tags = [ "tag:rooter" ];
        exitNode = "exit";
      };
      startsAfter = [
        "node:alfa"
        "resolver:bloky"
        "forwarder:magic"
      ];
    };
    beta = {
      os = "nixos";
      tailscale = {
        tags = [ "tag:rooter" ];
        exitNode = "exit";
      };
    };
    gamma = {
      os = "nixos";
      site = "home";
      address = "10.10.10.9";
      tailscale = { };
      startsAfter = [
        "node:alfa"
        "resolver:bloky"
        "forwarder:magic"
      ];
    };
  };
  clusters.misplaced = {
    site = "hme";
    distribution = "kubeadm";
  };
  forwarders = {
    magicdns = {
      engine = "unbound";
      nodes = [ "gamma" ];
      clients = [
        "outside"
        "lan:away"
        "pods:homelab"
        "node:delta"
        "device:phone"
      ];
    };
    second = {
      engine = "unbound";
      nodes = [ "gamma" ];
      port = 1054;
    };
    third = {
      engine = "unbound";
      nodes = [ ];
    };
  };
  resolvers.blocky = {
    kind = "blocky";
    cluster = "homelab";
    nodes = [ "delta" ];
  };
  secrets = {
    binary = {
      kind = "auth-key";
      sops = {
        file = ./secrets/key.bin;
        key = "k";
      };
    };
    keyless = {
      kind = "auth-key";
      sops.file = ./secrets/hosts.yaml;
    };
  };
  suppress = [
    {
      code = "TW999";
      reason = "no such rule";
    }
    {
      code = "TW506";
      at = "forwarders.magicdns";
      reason = "nothing there to accept";
    }
  ];
}
