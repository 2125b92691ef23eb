{
  tailnet.suffix = "tail96fefe.ts.net";

  sites.home = {
    lans = [
      "192.168.1.0/24"
      "fd00:1::/64"
    ];
    # Two of each family do: one DHCP hands out each.
    nameservers = [
      "9.9.9.9"
      "149.112.112.112"
      "2620:fe::fe"
      "2620:fe::9"
      "1.1.1.1"
    ];
  };
}
