{
  tailnet.suffix = "tail96fefe.ts.net";

  nodes.alpha = {
    os = "nixos";
    firewall = "nftables";
    tailscale = { };
  };

  forwarders.magicdns = {
    engine = "unbound";
    nodes = [ "alpha" ];
  };
}
