{
  tailnet = {
    suffix = "tailabc123.ts.net";
    nameservers = [ "100.90.1.2" ];
    overrideLocalDns = true;
  };
  sites.home = {
    lans = [ "192.168.0.0/24" ];
    nameservers = [ "adguard" ];
  };
  devices.nas = {
    site = "home";
    address = "192.168.0.4";
    tailscale = {
      address = "100.90.1.2";
      acceptDns = false;
    };
  };
  resolvers.adguard = {
    kind = "adguard-home";
    address = [
      "192.168.0.4"
      "100.90.1.2"
    ];
    upstreams = [ "9.9.9.9" ];
    conditional."tailabc123.ts.net" = "100.100.100.100";
  };
  devices.phone.tailscale = { };
}
