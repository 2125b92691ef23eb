# a resolver that listens on the tailnet alone, nodes outside LANs (VPS Blocky for phones)
{
  tailnet = {
    suffix = "tailabc123.ts.net";
    nameservers = [ "100.90.1.9" ];
    overrideLocalDns = true;
  };
  nodes.vps = {
    os = "nixos";
    address = "203.0.113.9";
    interface = "ens3";
    nameservers = [ "9.9.9.9" ];
    openPorts = [
      {
        port = 53;
        interfaces = [ "tailscale0" ];
      }
    ];
    tailscale = {
      address = "100.90.1.9";
    };
  };
  resolvers.b = {
    kind = "blocky";
    version = "0.34.0";
    nodes = [ "vps" ];
    address = "100.90.1.9";
    upstreams = [ "9.9.9.9" ];
    startsAfter = [ "tailscale" ];
  };
  devices.phone.tailscale = { };
}
