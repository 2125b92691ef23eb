{
  tailnet.suffix = "tail96fefe.ts.net";

  devices.phone.tailscale.address = "100.64.0.9";
}
