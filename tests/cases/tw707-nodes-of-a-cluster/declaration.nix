{
  tailnet = {
    suffix = "tail96fefe.ts.net";
    tags."tag:server" = [ "autogroup:admin" ];
  };

  sites.home.lans = [ "192.168.1.0/24" ];

  clusters.home = {
    site = "home";
    distribution = "k3s";
  };

  nodes = {
    alpha = {
      os = "nixos";
      site = "home";
      cluster = "home";
      address = "192.168.1.11";
      tailscale.authKey = "servers";
    };
    beta = {
      os = "nixos";
      site = "home";
      cluster = "home";
      address = "192.168.1.12";
      tailscale.authKey = "servers";
    };
  };

  secrets.servers = {
    kind = "auth-key";
    reusable = true;
    tags = [ ];
    sops = {
      file = ./secrets/hosts.yaml;
      key = "servers";
    };
  };
}
