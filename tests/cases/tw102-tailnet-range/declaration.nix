{
  tailnet.suffix = "tail96fefe.ts.net";

  devices.phone.tailscale.address = "10.9.9.9";
}
