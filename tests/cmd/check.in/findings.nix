let
  lan = "10.10.10.5/24";
in
{
  tailnet.suffix = "Tail96fefe.ts.net.";
  sites.home.lans = [ lan ];
  sites.away.lans = [ lan ];
  nodes.alpha = {
    os = "nixos";
    adress = "10.10.10.200";
    tailscale = { };
  };
}
