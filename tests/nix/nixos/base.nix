# What every host has, whichever services it runs.
{ lib, ... }:
let
  inherit (lib) mkOption types;
in
{
  options = {
    assertions = mkOption {
      type = types.listOf types.unspecified;
      default = [ ];
    };
    warnings = mkOption {
      type = types.listOf types.str;
      default = [ ];
    };
    system.stateVersion = mkOption { type = types.str; };
    environment.systemPackages = mkOption {
      type = types.listOf types.package;
      default = [ ];
    };
    environment.etc = mkOption {
      default = { };
      type = types.attrsOf (
        types.submodule {
          options = {
            enable = mkOption {
              type = types.bool;
              default = true;
            };
            text = mkOption {
              type = types.nullOr types.lines;
              default = null;
            };
            mode = mkOption {
              type = types.str;
              default = "symlink";
            };
          };
        }
      );
    };
    boot.kernel.sysctl = mkOption {
      default = { };
      type = types.submodule { freeformType = types.attrsOf types.sysctlOption; };
    };
    security.pki.caBundle = mkOption {
      type = types.path;
      readOnly = true;
      default = "/etc/ssl/certs/ca-certificates.crt";
    };
  };
}
