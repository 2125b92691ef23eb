{
  tailnet.suffix = "tail96fefe.ts.net";
  sites.home.lans = [ "192.168.1.0/24" ];
  sites.cabin.lans = [ "192.168.7.0/24" ];
  sites.home.routes = [
    {
      to = "192.168.8.0/24";
      via = "192.168.1.1";
    }
  ];
  clusters.homelab.distribution = "k3s";
  nodes = {
    alpha = {
      os = "nixos";
      site = "home";
      cluster = "homelab";
      address = "192.168.1.11";
      tailscale = { };
    };
    beta = {
      os = "nixos";
      site = "cabin";
      cluster = "homelab";
      address = "192.168.7.5";
      tailscale = { };
    };
  };
}
