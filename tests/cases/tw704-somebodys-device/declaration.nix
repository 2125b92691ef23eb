{
  tailnet = {
    suffix = "tail96fefe.ts.net";
    policy = ./policy.hujson;
  };

  devices.connector.tailscale = {
    advertiseRoutes = [ "192.168.77.0/24" ];
  };
}
