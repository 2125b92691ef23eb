{
  tailnet = {
    suffix = "tail96fefe.ts.net";
    splitDns."lab.example" = [ "blocky" ];
  };

  sites.home = {
    lans = [ "192.168.1.0/24" ];
    nameservers = [ "blocky" ];
  };

  nodes.alpha = {
    os = "nixos";
    site = "home";
    address = "192.168.1.11";
    interface = "enp1s0";
    firewall = "nftables";
    openPorts = [ { port = 53; } ];
    nameservers = [ "9.9.9.9" ];
    tailscale.acceptDns = true;
  };

  resolvers.blocky = {
    kind = "blocky";
    nodes = [ "alpha" ];
    address = "192.168.1.11";
    upstreams = [ "9.9.9.9" ];
    conditional."lab.example" = "100.100.100.100";
  };
  resolvers.lab = {
    kind = "unbound";
    address = "192.168.1.53";
    zones = [ "lab.example" ];
    upstreams = [ "9.9.9.9" ];
  };
}
