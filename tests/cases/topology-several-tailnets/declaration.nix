# Two tailnets with Tailscale's ranges: each node is in one of them.
{
  tailnet.suffix = "tail96fefe.ts.net";
  tailnets.work.suffix = "tail00work.ts.net";
  sites = {
    home.lans = [ "192.168.1.0/24" ];
    office.lans = [ "192.168.2.0/24" ];
  };
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
      site = "office";
      address = "192.168.2.11";
      firewall = "nftables";
      tailscale.tailnet = "work";
    };
  };
  devices.alpha-of-work.tailscale.tailnet = "work";
  forwarders = {
    home = {
      engine = "unbound";
      nodes = [ "alpha" ];
      clients = [ "lan:home" ];
    };
    work = {
      engine = "unbound";
      nodes = [ "beta" ];
      tailnet = "work";
      clients = [ "lan:office" ];
    };
  };
}
