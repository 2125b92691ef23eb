# What can be wrong with attributes: their names, their types, that they are there.
{
  tailnet.suffix = "tail96fefe.ts.net";
  sitse = { };
  somethingElse = true;
  clusters = [ ];
  sites.home.lans = "10.10.10.0/24";
  nodes."Lab Alpha" = { };
  nodes.alpha = {
    os = null;
    tailscale.ssh = "yes";
    openPorts = [
      { port = 1.5; }
      { }
    ];
    frwall = "off";
    labels = 1;
  };
  devices.phone = "a phone";
  resolvers.blocky = {
    kind = "blocky";
    replicas = "3";
  };
  expectations = { };
}
