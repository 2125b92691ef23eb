# Machines outside any LAN ask the forwarder of a subnet router: it sees their own addresses, its
# neighbour sees the router's.
{
  tailnet.suffix = "tail96fefe.ts.net";
  sites.home.lans = [ "192.168.1.0/24" ];
  nodes = {
    router = {
      os = "nixos";
      site = "home";
      address = "192.168.1.11";
      interface = "enp1s0";
      roles = [ "subnet-router" ];
      firewall = "nftables";
      tailscale = { };
    };
    neighbour = {
      os = "nixos";
      site = "home";
      address = "192.168.1.12";
      interface = "enp1s0";
      firewall = "nftables";
      tailscale = { };
    };
    cloud = {
      os = "nixos";
      interface = "enp0s6";
      firewall = "nftables";
      nameservers = [ "9.9.9.9" ];
      resolver = "resolved";
      tailscale = {
        address = "100.104.138.109";
        acceptRoutes = true;
      };
    };
  };
  devices.phone.tailscale.acceptRoutes = true;
  forwarders.magicdns = {
    engine = "unbound";
    nodes = [
      "router"
      "neighbour"
    ];
    clients = [ "device:phone" ];
  };
}
