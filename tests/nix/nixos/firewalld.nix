{ config, lib, ... }:
let
  inherit (lib) mkOption types;
  cfg = config.services.firewalld;
  list =
    type:
    mkOption {
      type = types.listOf type;
      default = [ ];
    };
  switch = mkOption {
    type = types.bool;
    default = false;
  };
  optionalName = mkOption {
    type = types.nullOr types.nonEmptyStr;
    default = null;
  };
  portProtocol = types.submodule {
    options = {
      port = mkOption {
        type = types.either types.port (
          types.submodule {
            options = {
              from = mkOption { type = types.port; };
              to = mkOption { type = types.port; };
            };
          }
        );
        apply =
          value: if builtins.isAttrs value then "${toString value.from}-${toString value.to}" else value;
      };
      protocol = mkOption {
        type = types.enum [
          "tcp"
          "udp"
          "sctp"
          "dccp"
        ];
      };
    };
  };
in
{
  options.services.firewalld = {
    enable = lib.mkEnableOption "firewalld";
    settings = mkOption {
      default = { };
      type = types.submodule {
        freeformType = types.attrsOf (types.either types.bool types.nonEmptyStr);
        options.DefaultZone = mkOption {
          type = types.nonEmptyStr;
          default = "public";
        };
        options.FirewallBackend = mkOption {
          type = types.enum [
            "nftables"
            "iptables"
          ];
          default = "nftables";
        };
      };
    };
    zones = mkOption {
      default = { };
      type = types.attrsOf (
        types.submodule {
          options = {
            target = mkOption {
              type = types.enum [
                "ACCEPT"
                "%%REJECT%%"
                "DROP"
              ];
              default = "%%REJECT%%";
            };
            short = optionalName;
            description = optionalName;
            interfaces = list types.nonEmptyStr;
            sources = list (types.attrsOf types.nonEmptyStr);
            services = list types.nonEmptyStr;
            ports = list portProtocol;
            protocols = list types.nonEmptyStr;
            rules = list types.attrs;
            forward = switch;
            masquerade = switch;
            icmpBlockInversion = switch;
          };
        }
      );
    };
  };

  config = {
    services.firewalld.settings.DefaultZone = lib.mkIf (
      config.networking.firewall.enable && (config.networking.firewall.backend or "") == "firewalld"
    ) (lib.mkDefault "nixos-fw-default");
    assertions = lib.optional cfg.enable {
      assertion = cfg.settings.FirewallBackend == "nftables" -> config.networking.nftables.enable;
      message = "firewalld with nftables needs networking.nftables.enable";
    };
  };
}
