{
  tailnet.suffix = "tail96fefe.ts.net";

  sites.home.lans = [ "192.168.1.0/24" ];

  nodes = {
    alpha = {
      os = "nixos";
      site = "home";
      address = "192.168.1.11";
      firewall = "nftables";
      tailscale = { };
    };
    beta = {
      os = "nixos";
      site = "home";
      address = "192.168.1.12";
      firewall = "nftables";
      tailscale = { };
    };
  };

  forwarders.magicdns = {
    engine = "unbound";
    nodes = [ "alpha" ];
  };

  resolvers = {
    # Answers every name, from the root servers on.
    recursor = {
      kind = "unbound";
      nodes = [ "beta" ];
      manage = "none";
    };
    adguard = {
      kind = "adguard-home";
      nodes = [ "beta" ];
      port = 5353;
      conditional."tail96fefe.ts.net" = "192.168.1.12";
    };
  };
}
