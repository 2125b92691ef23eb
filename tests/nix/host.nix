# One host, evaluated without nixpkgs. `spec` is JSON:
#   modules       paths of modules: the generated tree, and what else the host imports
#   hostName      networking.hostName
#   firewall      networking.firewall.enable
#   nftables      networking.nftables.enable
#   backend       networking.firewall.backend, or null to leave it alone
#   sops          whether the host imports sops-nix
#   absent        paths of options that this host's NixOS has not got
# `modules` are further ones, given as values.
{
  spec,
  modules ? [ ],
}:
let
  lib = import ./lib.nix;
  pkgs = import ./packages.nix;
  host = builtins.fromJSON spec;
  baseline = {
    _file = "the host";
    config = {
      networking = {
        inherit (host) hostName;
        firewall = {
          enable = lib.mkDefault host.firewall;
        }
        // lib.optionalAttrs (host.backend != null) { inherit (host) backend; };
        nftables.enable = lib.mkDefault host.nftables;
      };
      system.stateVersion = "25.05";
    }
    // lib.optionalAttrs host.sops {
      sops.age.sshKeyPaths = [ "/etc/ssh/ssh_host_ed25519_key" ];
    };
  };
  system = (import ./modules.nix { inherit lib; }).evalModules {
    modules =
      map (name: ./nixos + "/${name}") (
        builtins.attrNames (removeAttrs (builtins.readDir ./nixos) (lib.optional (!host.sops) "sops.nix"))
      )
      ++ [ baseline ]
      ++ host.modules
      ++ modules;
    args = { inherit pkgs; };
    absent = map (lib.splitString ".") host.absent;
  };
  inherit (system) config options;
  render = import ./render.nix { inherit lib config; };
  report = import ./report.nix { inherit config options; };
  active = report.firewall.enable;
  when = condition: text: if condition then text else null;
in
report
// {
  files = {
    unbound = when config.services.unbound.enable render.unbound;
    dnsmasq = when config.services.dnsmasq.enable render.dnsmasq;
    corefile = when config.services.coredns.enable config.services.coredns.config;
    nftables = when (
      config.networking.nftables.enable && (!active || report.firewall.backend == "nftables")
    ) render.nftables;
    iptables = when (active && report.firewall.backend == "iptables") render.iptables;
  };
}
