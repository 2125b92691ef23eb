# LAN inside 100.64/10 (Starlink-ish), tailnet with ranges narrowed by an IP pool
{
  tailnet = {
    suffix = "tailabc123.ts.net";
    ranges = [
      "100.100.0.0/16"
      "fd7a:115c:a1e0::/48"
    ];
  };
  sites.home = {
    lans = [ "100.70.0.0/24" ];
    nameservers = [ "9.9.9.9" ];
  };
  nodes.a = {
    os = "nixos";
    site = "home";
    address = "100.70.0.2";
    interface = "eth0";
    nameservers = [ "9.9.9.9" ];
  };
  devices.phone.tailscale = { };
}
