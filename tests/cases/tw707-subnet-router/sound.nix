{
  tailnet = {
    suffix = "tail96fefe.ts.net";
    tags."tag:router" = [ "autogroup:admin" ];
  };

  sites.home.lans = [ "192.168.1.0/24" ];

  nodes.alpha = {
    os = "nixos";
    site = "home";
    address = "192.168.1.11";
    roles = [ "subnet-router" ];
    tailscale.authKey = "routers";
  };

  secrets.routers = {
    kind = "auth-key";
    tags = [ "tag:router" ];
    sops = {
      file = ./secrets/hosts.yaml;
      key = "join";
    };
  };
}
