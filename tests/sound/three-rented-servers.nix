# three VPSs, k3s flannel, public addresses, subnet-less; tailnet with MagicDNS only; k3s on public addresses of different providers
{
  tailnet = {
    suffix = "tailabc123.ts.net";
  };
  clusters.k = {
    distribution = "k3s";
    dnsService = "10.43.0.10";
  };
  nodes =
    let
      v = {
        os = "nixos";
        cluster = "k";
        interface = "ens3";
        nameservers = [ "9.9.9.9" ];
        roles = [ "control-plane" ];
        tailscale = { };
      };
    in
    {
      v1 = v // {
        address = "203.0.113.1";
      };
      v2 = v // {
        address = "198.51.100.2";
      };
      v3 = v // {
        address = "192.0.2.3";
      };
    };
  forwarders.m = {
    engine = "unbound";
    nodes = [
      "v1"
      "v2"
    ];
  };
}
