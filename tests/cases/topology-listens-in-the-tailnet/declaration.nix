# A forwarder that is asked in the tailnet: whoever asks there arrives as the member that he is, by
# tailscaled's interface, wherever he stands. The routers of the site leave the source as it is, so
# members arrive there by either of them.
{
  tailnet.suffix = "tail96fefe.ts.net";

  sites.home.lans = [ "192.168.1.0/24" ];
  sites.cabin.lans = [ "10.20.0.0/24" ];

  nodes = {
    alpha = {
      os = "nixos";
      site = "home";
      address = "192.168.1.11";
      interface = "enp1s0";
      roles = [ "subnet-router" ];
      firewall = "nftables";
      tailscale = {
        address = "100.64.0.1";
        snatSubnetRoutes = false;
      };
    };
    beta = {
      os = "nixos";
      site = "home";
      address = "192.168.1.12";
      interface = "enp1s0";
      roles = [ "subnet-router" ];
      firewall = "iptables";
      tailscale = {
        address = "100.64.0.2";
        snatSubnetRoutes = false;
      };
    };
    gamma = {
      os = "nixos";
      site = "cabin";
      address = "10.20.0.2";
      interface = "eth0";
      firewall = "nftables";
      resolver = "resolved";
      tailscale.address = "100.64.0.3";
    };
  };

  devices.phone.tailscale.address = "100.64.0.9";

  forwarders.magicdns = {
    engine = "unbound";
    nodes = [
      "alpha"
      "beta"
    ];
    listen = [
      "127.0.0.1"
      "100.64.0.1"
      "192.168.1.12"
    ];
    clients = [
      "device:phone"
      "tailnet:routes"
    ];
  };
}
