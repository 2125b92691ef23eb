{
  tailnet = {
    suffix = "mesh.example.net";
    control = {
      kind = "headscale";
      url = "https://headscale.example.org";
    };
    policy = ./policy.hujson;
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
