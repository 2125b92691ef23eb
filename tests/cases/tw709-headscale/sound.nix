{
  tailnet = {
    suffix = "mesh.example.org";
    control = {
      kind = "headscale";
      url = "https://headscale.example.net";
    };
    tags."tag:router" = [ "group:ops" ];
    policy = ./sound.hujson;
  };

  sites.home.lans = [ "192.168.1.0/24" ];

  nodes.alpha = {
    os = "nixos";
    site = "home";
    address = "192.168.1.11";
    roles = [ "subnet-router" ];
    tailscale.tags = [ "tag:router" ];
  };
}
