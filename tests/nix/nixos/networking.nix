{ lib, ... }:
let
  inherit (lib) mkOption types;
  switch =
    default:
    mkOption {
      type = types.bool;
      inherit default;
    };
  names = mkOption {
    type = types.listOf types.str;
    default = [ ];
  };
  text = mkOption {
    type = types.lines;
    default = "";
  };
  addresses = mkOption {
    default = [ ];
    type = types.listOf (
      types.submodule {
        options = {
          address = mkOption { type = types.str; };
          prefixLength = mkOption { type = types.int; };
        };
      }
    );
  };
in
{
  options.networking = {
    interfaces = mkOption {
      default = { };
      type = types.attrsOf (
        types.submodule {
          options = {
            useDHCP = mkOption {
              type = types.nullOr types.bool;
              default = null;
            };
            ipv4.addresses = addresses;
            ipv6.addresses = addresses;
          };
        }
      );
    };
    hostName = mkOption {
      type = types.strMatching "^$|^[[:alnum:]]([[:alnum:]_-]{0,61}[[:alnum:]])?$";
    };
    enableIPv6 = switch true;
    useNetworkd = switch false;
    useHostResolvConf = switch false;
    nameservers = names;
    search = names;
    domain = mkOption {
      type = types.nullOr types.str;
      default = null;
    };
    hosts = mkOption {
      type = types.attrsOf (types.listOf types.str);
      default = { };
    };
    extraHosts = text;
    localCommands = text;
    dhcpcd.extraConfig = text;
    dhcpcd.denyInterfaces = names;
    networkmanager.enable = switch false;
    networkmanager.dns = mkOption {
      type = types.enum [
        "default"
        "dnsmasq"
        "systemd-resolved"
        "none"
      ];
      default = "default";
    };
    resolvconf.enable = switch true;
    resolvconf.useLocalResolver = switch false;
    resolvconf.extraConfig = text;
    resolvconf.extraOptions = names;
  };
}
