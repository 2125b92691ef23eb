# A LAN inside 100.64.0.0/10, known and accepted.
{
  tailnet.suffix = "tail96fefe.ts.net";
  sites.home.lans = [ "100.70.0.0/24" ];
  nodes.alpha = {
    os = "nixos";
    site = "home";
    address = "100.70.0.11";
    tailscale = { };
  };
  suppress = [
    {
      code = "TW101";
      at = "sites.home";
      reason = "the provider's range; tailscaled runs with --netfilter-mode=off";
    }
  ];
}
