# Each part of a node left to the user on one of them; on the last, all of them.
let
  base = {
    os = "nixos";
    site = "home";
    interface = "eth0";
    firewall = "nftables";
    nameservers = [ "9.9.9.9" ];
    resolver = "resolved";
    tailscale = {
      authKey = "nodes";
      tags = [ "tag:server" ];
    };
  };
in
{
  tailnet = {
    suffix = "tail96fefe.ts.net";
    tags."tag:server" = [ "autogroup:admin" ];
  };
  sites.home.lans = [ "192.168.1.0/24" ];
  nodes = {
    without-forwarder = base // {
      address = "192.168.1.11";
      manage = [
        "firewall"
        "tailscale"
        "resolver"
        "secrets"
      ];
    };
    without-firewall = base // {
      address = "192.168.1.12";
      openPorts = [ { port = 1053; } ];
      manage = [
        "forwarder"
        "tailscale"
        "resolver"
        "secrets"
      ];
    };
    without-tailscale = base // {
      address = "192.168.1.13";
      manage = [
        "forwarder"
        "firewall"
        "resolver"
        "secrets"
      ];
    };
    without-resolver = base // {
      address = "192.168.1.14";
      manage = [
        "forwarder"
        "firewall"
        "tailscale"
        "secrets"
      ];
    };
    without-secrets = base // {
      address = "192.168.1.15";
      manage = [
        "forwarder"
        "firewall"
        "tailscale"
        "resolver"
      ];
    };
    without-all = base // {
      address = "192.168.1.20";
      openPorts = [ { port = 1053; } ];
      manage = [ ];
    };
  };
  forwarders.magicdns = {
    engine = "unbound";
    nodes = [
      "without-all"
      "without-firewall"
      "without-forwarder"
      "without-resolver"
      "without-secrets"
      "without-tailscale"
    ];
  };
  secrets.nodes = {
    kind = "auth-key";
    reusable = true;
    tags = [ "tag:server" ];
    sops = {
      file = ./secrets/hosts.yaml;
      key = "tailscale";
    };
  };
}
