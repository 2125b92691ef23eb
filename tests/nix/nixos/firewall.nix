{ config, lib, ... }:
let
  inherit (lib) mkIf mkOption types;
  cfg = config.networking.firewall;
  switch =
    default:
    mkOption {
      type = types.bool;
      inherit default;
    };
  text = mkOption {
    type = types.lines;
    default = "";
  };
  numbers = mkOption {
    type = types.listOf types.port;
    default = [ ];
    apply = ports: lib.unique (lib.sort (a: b: a < b) ports);
  };
  ranges = mkOption {
    type = types.listOf (types.attrsOf types.port);
    default = [ ];
  };
  ports = {
    allowedTCPPorts = numbers;
    allowedUDPPorts = numbers;
    allowedTCPPortRanges = ranges;
    allowedUDPPortRanges = ranges;
  };
  # The back end in use, also where NixOS has no option that names it.
  backend = cfg.backend or (if config.networking.nftables.enable then "nftables" else "iptables");
in
{
  options.networking.firewall = ports // {
    enable = switch true;
    backend = mkOption {
      type = types.enum [
        "iptables"
        "nftables"
        "firewalld"
      ];
      default =
        if config.services.firewalld.enable then
          "firewalld"
        else if config.networking.nftables.enable then
          "nftables"
        else
          "iptables";
    };
    interfaces = mkOption {
      type = types.attrsOf (types.submodule { options = ports; });
      default = { };
    };
    trustedInterfaces = mkOption {
      type = types.listOf types.str;
      default = [ ];
    };
    checkReversePath = mkOption {
      type = types.either types.bool (
        types.enum [
          "strict"
          "loose"
        ]
      );
      default = true;
    };
    allowPing = switch true;
    rejectPackets = switch false;
    filterForward = switch false;
    logRefusedConnections = switch false;
    logReversePathDrops = switch false;
    extraCommands = text;
    extraStopCommands = text;
    extraInputRules = text;
    extraForwardRules = text;
    extraReversePathFilterRules = text;
    extraPackages = mkOption {
      type = types.listOf types.package;
      default = [ ];
    };
  };
  options.networking.nftables = {
    enable = switch false;
    checkRuleset = switch true;
    flushRuleset = switch false;
    ruleset = text;
    tables = mkOption {
      default = { };
      type = types.attrsOf (
        types.submodule (
          { name, ... }:
          {
            options = {
              enable = switch true;
              name = mkOption { type = types.str; };
              content = mkOption { type = types.lines; };
              family = mkOption {
                type = types.enum [
                  "ip"
                  "ip6"
                  "inet"
                  "arp"
                  "bridge"
                  "netdev"
                ];
              };
            };
            config.name = lib.mkDefault name;
          }
        )
      );
    };
  };

  config = mkIf cfg.enable {
    networking.firewall.trustedInterfaces = [ "lo" ];
    assertions = [
      {
        assertion = cfg.filterForward -> config.networking.nftables.enable;
        message = "filterForward only works with the nftables based firewall";
      }
    ]
    ++ lib.optionals (backend == "nftables") [
      {
        assertion = cfg.extraCommands == "";
        message = "extraCommands is incompatible with the nftables based firewall: ${cfg.extraCommands}";
      }
      {
        assertion = cfg.extraStopCommands == "";
        message = "extraStopCommands is incompatible with the nftables based firewall: ${cfg.extraStopCommands}";
      }
    ]
    ++ lib.optional (backend == "firewalld") {
      assertion = cfg.interfaces == { };
      message = ''
        Per interface configurations is not supported with the firewalld based firewall.
        Create zones with `services.firewalld.zones` instead.
      '';
    };
  };
}
