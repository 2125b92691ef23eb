{
  tailnet = {
    suffix = "tail96fefe.ts.net";
    tags."tag:router" = [ "autogroup:admin" ];
    nameservers = [ "192.168.1.54" ];
  };

  sites.home = {
    lans = [ "192.168.1.0/24" ];
    nameservers = [ "192.168.1.54" ];
  };

  nodes.alpha = {
    os = "nixos";
    site = "home";
    address = "192.168.1.11";
    interface = "enp1s0";
    roles = [ "subnet-router" ];
    firewall = "nftables";
    nameservers = [ "9.9.9.9" ];
    tailscale.tags = [ "tag:router" ];
  };

  devices.dns = {
    site = "home";
    address = "192.168.1.54";
  };
}
