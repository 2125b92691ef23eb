{
  tailnet.suffix = "tail96fefe.ts.net";
  sites.home.lans = [ "10.1.0.0/16" ];
  sites.away.lans = [ "10.1.2.0/24" ];
}
