{
  tailnet = {
    suffix = "mesh.example.org";
    control = {
      kind = "headscale";
      url = "https://headscale.example.net";
    };
    policy = ./policy.hujson;
  };

  sites.home.lans = [ "192.168.77.0/24" ];

  nodes.alpha = {
    os = "nixos";
    site = "home";
    address = "192.168.77.11";
    firewall = "nftables";
    roles = [ "subnet-router" ];
    tailscale.tags = [ "tag:router" ];
  };
}
