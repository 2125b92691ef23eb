# The questions of ../nix/host.nix put to genuine NixOS: the complete module list of the nixpkgs
# tree in `nixpkgs`, and the genuine sops-nix in `sopsNix` where the host imports it. `spec` is
# the JSON of ../nix/host.nix, where `absent` does not count: a tree without an option has been
# made by then. `toplevel` asks for the derivation of the whole system, too. Nothing is built. Files come out as derivation paths; their texts are in the derivations.
{
  spec,
  nixpkgs,
  sopsNix,
}:
let
  host = builtins.fromJSON spec;
  tree = /. + nixpkgs;
  pkgs = import (tree + "/pkgs/top-level/impure.nix") {
    localSystem.system = "x86_64-linux";
    config = { };
    overlays = [ (import ./overlay.nix) ];
  };
  baseline =
    { lib, ... }:
    {
      _file = "the host";
      config = {
        nixpkgs = { inherit pkgs; };
        networking = {
          inherit (host) hostName;
          firewall = {
            enable = lib.mkDefault host.firewall;
          }
          // lib.optionalAttrs (host.backend != null) { inherit (host) backend; };
          nftables.enable = lib.mkDefault host.nftables;
        };
        system.stateVersion = "25.05";
        # Otherwise NixOS looks for a Git directory in a way that old Nix has not got.
        system.nixos.revision = "none";
        system.nixos.versionSuffix = "";
        boot.loader.grub.enable = false;
        boot.loader.systemd-boot.enable = true;
        documentation.nixos.enable = false;
        fileSystems."/" = {
          device = "/dev/disk/by-label/root";
          fsType = "ext4";
        };
      }
      // lib.optionalAttrs host.sops {
        sops.age.sshKeyPaths = [ "/etc/ssh/ssh_host_ed25519_key" ];
      };
    };
  system = import (tree + "/nixos/lib/eval-config.nix") {
    system = null;
    modules = [
      baseline
    ]
    ++ (if host.sops then [ (/. + sopsNix + "/modules/sops") ] else [ ])
    ++ map (path: /. + path) host.modules;
  };
  inherit (system) config options;
  report = import ../nix/report.nix { inherit config options; };

  # The derivation that makes a file, out of what a string refers to.
  drvOf = text: builtins.head (builtins.attrNames (builtins.getContext "${text}"));
  when = condition: value: if condition then value else null;
  execStart = config.systemd.services.nftables.serviceConfig.ExecStart;
in
{
  report = report // {
    files = {
      dnsmasq = null;
      corefile = when config.services.coredns.enable config.services.coredns.config;
    };
  };
  derivations = {
    unbound = when config.services.unbound.enable (
      drvOf config.environment.etc."unbound/unbound.conf".source
    );
    nftables = when config.networking.nftables.enable (drvOf (builtins.elemAt execStart 1));
    iptables = when (config.networking.firewall.enable && config.systemd.services ? firewall) (
      drvOf config.systemd.services.firewall.serviceConfig.ExecStart
    );
    dnsmasq = when config.services.dnsmasq.enable (drvOf config.services.dnsmasq.configFile);
  };
  toplevel = when (host.toplevel && report.failedAssertions == [ ]) (
    builtins.unsafeDiscardStringContext config.system.build.toplevel.drvPath
  );
}
