{
  tailnet = {
    suffix = "mesh.example.org";
    control = {
      kind = "headscale";
      url = "https://headscale.example.net";
    };
    tags."tag:router" = [ "group:ops" ];
    policy = ./policy.hujson;
  };

  sites.home.lans = [ "192.168.1.0/24" ];

  nodes.alpha = {
    os = "nixos";
    site = "home";
    address = "192.168.1.11";
    interface = "enp1s0";
    firewall = "nftables";
    trustedInterfaces = [ "tailscale0" ];
    tailscale.tags = [ "tag:router" ];
  };
}
