{
  tailnet.suffix = "tail96fefe.ts.net";

  sites.home.lans = [ "192.168.1.0/24" ];

  nodes.alpha = {
    os = "nixos";
    site = "home";
    address = "192.168.1.11";
    firewall = "nftables";
  };

  resolvers.adguard = {
    kind = "adguard-home";
    nodes = [ "alpha" ];
    listen = [
      "127.0.0.1"
      "192.168.1.12"
    ];
  };
}
