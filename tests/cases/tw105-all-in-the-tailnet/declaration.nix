{
  tailnet = {
    suffix = "tail96fefe.ts.net";
    ranges = [ "100.64.0.0/10" ];
  };
  clusters.homelab.distribution = "k3s";
  nodes = {
    alpha = {
      os = "nixos";
      cluster = "homelab";
      address = "100.101.102.103";
      tailscale = { };
    };
    beta = {
      os = "nixos";
      cluster = "homelab";
      address = "100.101.102.104";
      tailscale = { };
    };
  };
}
