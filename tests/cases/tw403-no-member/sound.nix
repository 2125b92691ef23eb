{
  tailnet = {
    suffix = "tail96fefe.ts.net";
    tags."tag:server" = [ "autogroup:admin" ];
    # It registered anew, and got another one.
    nameservers = [ "100.64.0.9" ];
  };

  nodes.alpha = {
    os = "nixos";
    interface = "enp1s0";
    firewall = "nftables";
    openPorts = [ { port = 53; } ];
    tailscale = {
      tags = [ "tag:server" ];
      address = "100.64.0.9";
    };
  };

  resolvers.dns = {
    kind = "unbound";
    nodes = [ "alpha" ];
    address = "100.64.0.9";
    upstreams = [ "9.9.9.9" ];
  };
}
