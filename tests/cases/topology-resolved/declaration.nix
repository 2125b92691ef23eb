# systemd-resolved with and without the name of the interface.
{
  tailnet.suffix = "tail96fefe.ts.net";
  sites.home.lans = [ "192.168.1.0/24" ];
  nodes = {
    alpha = {
      os = "nixos";
      site = "home";
      address = "192.168.1.11";
      firewall = "nftables";
      nameservers = [ "9.9.9.9" ];
      resolver = "resolved";
      tailscale = { };
    };
    beta = {
      os = "nixos";
      site = "home";
      address = "192.168.1.12";
      interface = "enp1s0";
      nameservers = [ "9.9.9.9" ];
      resolver = "resolved";
    };
    delta = {
      os = "nixos";
      site = "home";
      address = "192.168.1.13";
      nameservers = [ "192.168.1.1" ];
      resolver = "none";
    };
  };
  forwarders.magicdns = {
    engine = "unbound";
    nodes = [ "alpha" ];
  };
}
