# unbound as the household's resolver, forward zone for the suffix to quad100 on the same host, stock built-in local zones
{
  tailnet = {
    suffix = "tailabc123.ts.net";
  };
  sites.home = {
    lans = [ "192.168.178.0/24" ];
    nameservers = [ "dns" ];
  };
  nodes.srv = {
    os = "nixos";
    site = "home";
    address = "192.168.178.2";
    interface = "end0";
    nameservers = [ "9.9.9.9" ];
    openPorts = [ { port = 53; } ];
    tailscale = {
      address = "100.90.1.2";
    };
  };
  resolvers.dns = {
    kind = "unbound";
    nodes = [ "srv" ];
    address = "192.168.178.2";
    manage = "none";
    upstreams = [ "9.9.9.9" ];
    conditional."tailabc123.ts.net" = "100.100.100.100";
  };
  devices.tv = {
    site = "home";
  };
}
