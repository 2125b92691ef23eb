{
  tailnet = {
    suffix = "hs.example.net";
    control = {
      kind = "headscale";
      url = "https://vpn.example.org";
    };
    nameservers = [ "1.1.1.1" ];
    overrideLocalDns = true;
  };
  nodes.vps = {
    os = "nixos";
    address = "203.0.113.5";
    interface = "ens3";
    nameservers = [ "9.9.9.9" ];
    tailscale = {
      acceptDns = true;
    };
  };
  nodes.srv = {
    os = "nixos";
    site = "home";
    address = "192.168.1.5";
    interface = "eth0";
    nameservers = [ "192.168.1.1" ];
    tailscale = {
      acceptDns = true;
    };
  };
  sites.home = {
    lans = [ "192.168.1.0/24" ];
    nameservers = [ "192.168.1.1" ];
  };
  devices.laptop.tailscale = { };
}
