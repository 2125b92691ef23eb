{
  tailnet.suffix = "tail96fefe.ts.net";
  sites.home.lans = [ "192.168.1.0/24" ];
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
      cluster = "homelab";
      address = "100.101.102.103";
      tailscale = { };
    };
  };
}
