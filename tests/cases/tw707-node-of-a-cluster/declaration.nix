{
  tailnet = {
    suffix = "tail96fefe.ts.net";
    tags."tag:server" = [ "autogroup:admin" ];
  };

  sites.home.lans = [ "192.168.1.0/24" ];

  clusters.homelab = {
    site = "home";
    distribution = "k3s";
  };

  nodes.alpha = {
    os = "nixos";
    site = "home";
    cluster = "homelab";
    address = "192.168.1.11";
    tailscale.authKey = "join";
  };

  secrets.join = {
    kind = "auth-key";
    tags = [ ];
    sops = {
      file = ./secrets.yaml;
      key = "join";
    };
  };
}
