{
  tailnet.suffix = "tail96fefe.ts.net";
  sites.home.lans = [ "192.168.1.0/24" ];
  clusters.homelab = {
    site = "home";
    distribution = "k3s";
  };
  nodes = {
    exit = {
      os = "nixos";
      roles = [ "exit-node" ];
      tailscale = { };
    };
    alpha = {
      os = "nixos";
      site = "home";
      cluster = "homelab";
      address = "192.168.1.12";
      tailscale = {
        exitNode = "exit";
        exitNodeAllowLanAccess = true;
      };
    };
  };
}
