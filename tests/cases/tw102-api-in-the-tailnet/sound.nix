{
  tailnet.suffix = "tail96fefe.ts.net";

  sites.home.lans = [ "192.168.1.0/24" ];

  clusters.homelab = {
    site = "home";
    distribution = "k3s";
    apiEndpoint = "192.168.1.11";
  };

  nodes.alpha = {
    os = "nixos";
    site = "home";
    cluster = "homelab";
    address = "192.168.1.11";
    tailscale.address = "100.64.0.9";
  };
}
