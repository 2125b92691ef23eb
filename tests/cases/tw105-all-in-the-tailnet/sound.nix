{
  tailnet = {
    suffix = "tail96fefe.ts.net";
    ranges = [ "100.80.0.0/16" ];
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
