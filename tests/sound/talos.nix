# Talos + cilium with kube-prism, resolver outside in the LAN; tailnet only for phones
{
  tailnet = {
    suffix = "tailabc123.ts.net";
  };
  sites.home = {
    lans = [ "192.168.1.0/24" ];
    nameservers = [ "192.168.1.53" ];
  };
  clusters.t = {
    site = "home";
    distribution = "talos";
    cni = {
      kind = "cilium";
      ipam = "kubernetes";
    };
    apiEndpoint = "192.168.1.250";
    dnsService = "10.96.0.10";
  };
  nodes.t1 = {
    os = "talos";
    site = "home";
    cluster = "t";
    address = "192.168.1.11";
    roles = [ "control-plane" ];
    nameservers = [ "192.168.1.53" ];
  };
  nodes.t2 = {
    os = "talos";
    site = "home";
    cluster = "t";
    address = "192.168.1.12";
    roles = [ "control-plane" ];
    nameservers = [ "192.168.1.53" ];
  };
  resolvers.ag = {
    kind = "adguard-home";
    address = "192.168.1.53";
    upstreams = [ "9.9.9.9" ];
    manage = "none";
  };
  devices.phone.tailscale = { };
}
