# AdGuard on a NAS (Synology; os other) with tailscale; tailnet nameserver is the NAS' tailnet address
{
  tailnet = {
    suffix = "tailabc123.ts.net";
    nameservers = [ "100.90.1.2" ];
    overrideLocalDns = true;
  };
  sites.home = {
    lans = [ "192.168.0.0/24" ];
    nameservers = [ "192.168.0.4" ];
  };
  nodes.nas = {
    os = "other";
    site = "home";
    address = "192.168.0.4";
    nameservers = [ "9.9.9.9" ];
    tailscale = {
      address = "100.90.1.2";
    };
  };
  resolvers.adguard = {
    kind = "adguard-home";
    nodes = [ "nas" ];
    address = [
      "192.168.0.4"
      "100.90.1.2"
    ];
    upstreams = [ "https://dns.quad9.net/dns-query" ];
    bootstrap = [ "9.9.9.9" ];
    conditional."tailabc123.ts.net" = "100.100.100.100";
  };
  devices.phone.tailscale = { };
  devices.mac = {
    site = "home";
    tailscale = { };
  };
}
