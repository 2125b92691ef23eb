# cloudflared/dnscrypt on loopback as DoH proxy, Blocky in front; fritzbox for local names
{
  tailnet.suffix = "tailabc123.ts.net";
  sites.home = {
    lans = [ "192.168.178.0/24" ];
    nameservers = [ "b" ];
  };
  nodes.n = {
    os = "nixos";
    site = "home";
    address = "192.168.178.2";
    interface = "eth0";
    nameservers = [ "9.9.9.9" ];
    openPorts = [ { port = 53; } ];
    tailscale = { };
  };
  forwarders.m = {
    engine = "unbound";
    nodes = [ "n" ];
  };
  resolvers.b = {
    kind = "blocky";
    version = "0.34.0";
    nodes = [ "n" ];
    address = "192.168.178.2";
    upstreams = [ "127.0.0.1:5053" ];
    conditional."fritz.box" = "192.168.178.1";
  };
  devices.fb = {
    site = "home";
    address = "192.168.178.1";
  };
}
