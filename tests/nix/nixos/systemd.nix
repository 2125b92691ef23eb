{
  config,
  lib,
  pkgs,
  ...
}:
let
  inherit (lib) mkOption types;
  text = mkOption {
    type = types.lines;
    default = "";
  };
  names = mkOption {
    type = types.listOf types.str;
    default = [ ];
  };
  switch =
    default:
    mkOption {
      type = types.bool;
      inherit default;
    };
  section = mkOption {
    type = types.attrsOf types.unitOption;
    default = { };
  };
  unit = {
    enable = switch true;
    description = mkOption {
      type = types.str;
      default = "";
    };
    after = names;
    before = names;
    requires = names;
    wants = names;
    bindsTo = names;
    partOf = names;
    conflicts = names;
    requiredBy = names;
    wantedBy = names;
    upholds = names;
    onFailure = names;
    aliases = names;
    unitConfig = section;
    restartTriggers = mkOption {
      type = types.listOf types.unspecified;
      default = [ ];
    };
    reloadTriggers = mkOption {
      type = types.listOf types.unspecified;
      default = [ ];
    };
    startLimitBurst = mkOption { type = types.int; };
    startLimitIntervalSec = mkOption { type = types.int; };
  };
in
{
  options.systemd = {
    services = mkOption {
      default = { };
      type = types.attrsOf (
        types.submodule {
          options = unit // {
            path = mkOption {
              type = types.listOf (
                types.oneOf [
                  types.package
                  types.str
                ]
              );
              default = [ ];
            };
            environment = mkOption {
              type = types.attrsOf (
                types.nullOr (
                  types.oneOf [
                    types.str
                    types.path
                    types.package
                  ]
                )
              );
              default = { };
            };
            serviceConfig = section;
            script = text;
            preStart = text;
            postStart = text;
            preStop = text;
            postStop = text;
            reload = text;
            restartIfChanged = switch true;
            reloadIfChanged = switch false;
            stopIfChanged = switch true;
            enableStrictShellChecks = switch false;
          };
        }
      );
    };
    timers = mkOption {
      default = { };
      type = types.attrsOf (
        types.submodule {
          options = unit // {
            timerConfig = section;
          };
        }
      );
    };
    tmpfiles.rules = names;
    package = mkOption {
      type = types.package;
      default = pkgs.systemd;
    };
    network.enable = switch false;
  };
  config.systemd.network.enable = lib.mkIf config.networking.useNetworkd true;
}
