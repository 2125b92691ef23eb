{
  tailnet = {
    suffix = "tail96fefe.ts.net";
    policy = ./policy.hujson;
  };

  devices.connector.tailscale = {
    tags = [ "tag:router" ];
    advertiseRoutes = [ "192.168.77.0/24" ];
  };
}
