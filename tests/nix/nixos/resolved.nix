# systemd-resolved: `settings` on newer releases, one option per setting on older ones.
{
  config,
  lib,
  options,
  ...
}:
let
  inherit (lib) mkIf mkOption types;
  cfg = config.services.resolved;
  settings =
    default:
    mkOption {
      type = types.unitOption;
      inherit default;
    };
in
{
  options.services.resolved = {
    enable = lib.mkEnableOption "systemd-resolved";
    settings.Resolve = mkOption {
      default = { };
      type = types.submodule {
        freeformType = types.attrsOf types.unitOption;
        options = {
          DNS = settings config.networking.nameservers;
          Domains = settings config.networking.search;
          DNSSEC = settings false;
          DNSOverTLS = settings false;
        };
      };
    };
    dnsDelegates = mkOption {
      default = { };
      type = types.attrsOf (
        types.submodule {
          options.Delegate = mkOption {
            type = types.submodule { freeformType = types.attrsOf types.unitOption; };
          };
        }
      );
    };
    fallbackDns = mkOption {
      type = types.nullOr (types.listOf types.str);
      default = null;
    };
    domains = mkOption {
      type = types.listOf types.str;
      default = config.networking.search;
    };
    llmnr = mkOption {
      type = types.enum [
        "true"
        "resolve"
        "false"
      ];
      default = "true";
    };
    dnssec = mkOption {
      type = types.enum [
        "true"
        "allow-downgrade"
        "false"
      ];
      default = "false";
    };
    dnsovertls = mkOption {
      type = types.enum [
        "true"
        "opportunistic"
        "false"
      ];
      default = "false";
    };
    extraConfig = mkOption {
      type = types.lines;
      default = "";
    };
  };

  config = lib.mkMerge [
    {
      # Where `settings` exists, the older options are only names that lead to it.
      warnings = lib.optionals (options.services.resolved ? settings) (
        map (name: "The option `services.resolved.${name}' has been renamed or removed.") (
          builtins.filter (name: options.services.resolved.${name}.highestPrio < 1500) [
            "dnssec"
            "dnsovertls"
            "domains"
            "extraConfig"
            "fallbackDns"
            "llmnr"
          ]
        )
      );
    }
    (mkIf cfg.enable {
      assertions = [
        {
          assertion = !config.networking.useHostResolvConf;
          message = "Using host resolv.conf is not supported with systemd-resolved";
        }
      ];
      networking.resolvconf.enable = false;
      networking.networkmanager.dns = "systemd-resolved";
      systemd.services.systemd-resolved.wantedBy = [ "sysinit.target" ];
    })
  ];
}
