{
  tailnet.suffix = "tail96fefe.ts.net";

  sites.home = {
    lans = [ "192.168.1.0/24" ];
    nameservers = [
      "192.168.1.11"
    ];
  };

  nodes = {
    alpha = {
      os = "nixos";
      site = "home";
      address = "192.168.1.11";
      firewall = "nftables";
      openPorts = [ { port = 53; } ];
    };
    beta = {
      os = "nixos";
      site = "home";
      address = "192.168.1.12";
      firewall = "nftables";
      openPorts = [ { port = 53; } ];
    };
  };

  resolvers.adguard = {
    kind = "adguard-home";
    nodes = [ "alpha" ];
    upstreams = [ "9.9.9.9" ];
  };
}
