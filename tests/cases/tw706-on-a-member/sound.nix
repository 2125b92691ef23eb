{
  tailnet = {
    suffix = "tail96fefe.ts.net";
    splitDns."home.arpa" = [ "100.70.1.2" ];
    policy = ./sound.hujson;
  };
  devices.nas.tailscale = {
    address = "100.70.1.2";
    tags = [ "tag:dns" ];
  };
}
