# The sops-nix module, for hosts that import it.
{ config, lib, ... }:
let
  inherit (lib) mkOption types;
  cfg = config.sops;
  names = mkOption {
    type = types.listOf types.str;
    default = [ ];
  };
  optionalName = mkOption {
    type = types.nullOr types.str;
    default = null;
  };
  text =
    default:
    mkOption {
      type = types.str;
      inherit default;
    };
  secret =
    { name, config, ... }:
    {
      options = {
        name = text name;
        key = text (if cfg.defaultSopsKey == null then name else cfg.defaultSopsKey);
        path = text "/run/secrets/${config.name}";
        mode = text "0400";
        owner = optionalName;
        group = optionalName;
        restartUnits = names;
        reloadUnits = names;
        format = mkOption {
          type = types.enum [
            "yaml"
            "json"
            "binary"
            "dotenv"
            "ini"
          ];
          default = cfg.defaultSopsFormat;
        };
        sopsFile = mkOption { type = types.path; };
        sopsFileHash = mkOption {
          type = types.str;
          readOnly = true;
        };
        neededForUsers = mkOption {
          type = types.bool;
          default = false;
        };
      };
      config = {
        sopsFile = lib.mkOptionDefault cfg.defaultSopsFile;
        sopsFileHash = lib.mkOptionDefault (
          lib.optionalString cfg.validateSopsFiles (builtins.hashFile "sha256" config.sopsFile)
        );
      };
    };
in
{
  options.sops = {
    defaultSopsFile = mkOption { type = types.path; };
    defaultSopsFormat = text "yaml";
    defaultSopsKey = optionalName;
    validateSopsFiles = mkOption {
      type = types.bool;
      default = true;
    };
    age.keyFile = optionalName;
    age.sshKeyPaths = mkOption {
      type = types.listOf types.path;
      default = [ ];
    };
    gnupg.sshKeyPaths = mkOption {
      type = types.listOf types.path;
      default = [ ];
    };
    secrets = mkOption {
      type = types.attrsOf (types.submodule secret);
      default = { };
    };
  };

  config.assertions = lib.optional (cfg.secrets != { }) {
    assertion = cfg.age.keyFile != null || cfg.age.sshKeyPaths != [ ] || cfg.gnupg.sshKeyPaths != [ ];
    message = "No key source configured for sops. Either set services.openssh.enable or set sops.age.keyFile or sops.gnupg.home";
  };
}
