# headscale with its own base domain, ranges and records.
{
  tailnet = {
    suffix = "mesh.example.org";
    control = {
      kind = "headscale";
      url = "https://headscale.example.org";
    };
    ranges = [
      "100.80.0.0/16"
      "fd7a:115c:a1e0:80::/64"
    ];
    records = [
      {
        name = "printer.mesh.example.org";
        type = "A";
        value = "192.168.1.9";
      }
    ];
    splitDns."corp.example" = [ "10.9.0.53" ];
  };
  sites.home.lans = [ "192.168.1.0/24" ];
  nodes.alpha = {
    os = "nixos";
    site = "home";
    address = "192.168.1.11";
    firewall = "nftables";
    tailscale.authKey = "headscale";
  };
  forwarders.magicdns = {
    engine = "unbound";
    nodes = [ "alpha" ];
    clients = [ "lan:home" ];
  };
  secrets.headscale = {
    kind = "auth-key";
    reusable = true;
    sops = {
      file = ./secrets/hosts.yaml;
      key = "headscale/preauth";
    };
  };
}
