{
  tailnet = {
    suffix = "tail96fefe.ts.net";
    nameservers = [ "192.168.1.53" ];
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

  # It answers DNS for the tailnet.
  devices.dns = {
    site = "home";
    address = "192.168.1.53";
  };
}
