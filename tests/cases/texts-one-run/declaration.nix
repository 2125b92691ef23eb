# What is misspelt is read as what was meant, and what can't be read hides nothing else: every
# mistake of this declaration is found in one run.
{
  tailnet.suffix = "tail96fefe.ts.net";

  sites.home.lans = [ "192.168.1.0/24" ];

  nodes = {
    alpha = {
      os = "nixos";
      site = "hom";
      adress = "192.168.1.300";
      roles = [ "router" ];
      tailscale.authKey = "nope";
    };
    beta = {
      os = "nixos";
      site = "home";
      adress = "192.168.2.12";
      colour = "green";
      tailscale = { };
    };
  };

  forwarders.magicdns = {
    engine = "unbound";
    nodes = [
      "aleph"
      "beta"
    ];
    prot = 1053;
    clients = [
      "device:telephone"
      "everybody"
    ];
  };
}
