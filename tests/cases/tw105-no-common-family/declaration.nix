{
  tailnet.suffix = "tail96fefe.ts.net";
  sites.home.lans = [
    "192.168.1.0/24"
    "fd12:3456:789a::/64"
  ];
  clusters.homelab = {
    site = "home";
    distribution = "k3s";
  };
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
      site = "home";
      cluster = "homelab";
      address = "fd12:3456:789a::12";
      tailscale = { };
    };
  };
}
