# The other DNS servers that can be forwarders or resolvers.
{ config, lib, ... }:
let
  inherit (lib)
    mkDefault
    mkIf
    mkOption
    types
    ;
  dnsmasq = config.services.dnsmasq;
  yaml = types.nullOr (
    types.oneOf [
      types.bool
      types.int
      types.float
      types.str
      types.path
      (types.attrsOf yaml)
      (types.listOf yaml)
    ]
  );
  atom = types.nullOr (
    types.oneOf [
      types.bool
      types.int
      types.float
      types.str
    ]
  );
in
{
  options.services = {
    dnsmasq = {
      enable = lib.mkEnableOption "dnsmasq";
      resolveLocalQueries = mkOption {
        type = types.bool;
        default = true;
      };
      alwaysKeepRunning = mkOption {
        type = types.bool;
        default = false;
      };
      settings = mkOption {
        default = { };
        type = types.submodule {
          freeformType = types.attrsOf (types.coercedTo atom (value: [ value ]) (types.listOf atom));
          options.server = mkOption {
            type = types.listOf types.str;
            default = [ ];
          };
        };
      };
    };
    coredns = {
      enable = lib.mkEnableOption "CoreDNS";
      config = mkOption {
        type = types.lines;
        default = "";
      };
      extraArgs = mkOption {
        type = types.listOf types.str;
        default = [ ];
      };
    };
    blocky = {
      enable = lib.mkEnableOption "Blocky";
      settings = mkOption {
        type = yaml;
        default = { };
      };
    };
  };

  config = lib.mkMerge [
    (mkIf dnsmasq.enable {
      networking.nameservers = lib.optional dnsmasq.resolveLocalQueries "127.0.0.1";
      networking.resolvconf.useLocalResolver = mkIf dnsmasq.resolveLocalQueries (mkDefault true);
      services.dnsmasq.settings = {
        dhcp-leasefile = mkDefault "/var/lib/dnsmasq/dnsmasq.leases";
        conf-file = mkDefault (lib.optional dnsmasq.resolveLocalQueries "/etc/dnsmasq-conf.conf");
        resolv-file = mkDefault (lib.optional dnsmasq.resolveLocalQueries "/etc/dnsmasq-resolv.conf");
      };
      systemd.services.dnsmasq.after = [
        "network.target"
        "systemd-resolved.service"
      ];
      systemd.services.dnsmasq.wantedBy = [ "multi-user.target" ];
    })
    (mkIf config.services.coredns.enable {
      systemd.services.coredns = {
        after = [ "network.target" ];
        wantedBy = [ "multi-user.target" ];
      };
    })
  ];
}
