{
  tailnet.suffix = "tail96fefe.ts.net";

  sites.home.lans = [ "192.168.1.0/24" ];

  nodes.alpha = {
    os = "nixos";
    site = "home";
    address = "192.168.1.11";
    interface = "enp1s0";
    firewall = "off";
    tailscale = { };
  };

  forwarders.magicdns = {
    engine = "unbound";
    nodes = [ "alpha" ];
  };
}
