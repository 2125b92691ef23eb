{
  config,
  lib,
  pkgs,
  ...
}:
let
  inherit (lib) mkIf mkOption types;
  cfg = config.services.tailscale;
  routes = builtins.elem cfg.useRoutingFeatures;
  flags = mkOption {
    type = types.listOf types.str;
    default = [ ];
  };
  optionalValue =
    type:
    mkOption {
      type = types.nullOr type;
      default = null;
    };
in
{
  options.services.tailscale = {
    enable = lib.mkEnableOption "tailscaled";
    port = mkOption {
      type = types.port;
      default = 41641;
    };
    interfaceName = mkOption {
      type = types.str;
      default = "tailscale0";
    };
    openFirewall = mkOption {
      type = types.bool;
      default = false;
    };
    disableTaildrop = mkOption {
      type = types.bool;
      default = false;
    };
    permitCertUid = optionalValue types.nonEmptyStr;
    package = mkOption {
      type = types.package;
      default = pkgs.tailscale;
    };
    useRoutingFeatures = mkOption {
      type = types.enum [
        "none"
        "client"
        "server"
        "both"
      ];
      default = "none";
    };
    authKeyFile = optionalValue types.path;
    authKeyParameters = mkOption {
      default = { };
      type = types.submodule {
        options = {
          ephemeral = optionalValue types.bool;
          preauthorized = optionalValue types.bool;
          baseURL = optionalValue types.str;
        };
      };
    };
    extraUpFlags = flags;
    extraSetFlags = flags;
    extraDaemonFlags = flags;
  };

  config = mkIf cfg.enable {
    boot.kernel.sysctl =
      mkIf
        (routes [
          "server"
          "both"
        ])
        {
          "net.ipv4.conf.all.forwarding" = lib.mkOverride 97 true;
          "net.ipv6.conf.all.forwarding" = lib.mkOverride 97 true;
        };
    networking.firewall.checkReversePath = mkIf (routes [
      "client"
      "both"
    ]) "loose";
    networking.firewall.allowedUDPPorts = mkIf cfg.openFirewall [ cfg.port ];
    networking.dhcpcd.denyInterfaces = [ cfg.interfaceName ];
    systemd.services = {
      tailscaled.wantedBy = [ "multi-user.target" ];
      tailscaled-autoconnect = mkIf (cfg.authKeyFile != null) {
        after = [ "tailscaled.service" ];
        wants = [ "tailscaled.service" ];
        wantedBy = [ "multi-user.target" ];
        serviceConfig.Type = "notify";
      };
      tailscaled-set = mkIf (cfg.extraSetFlags != [ ]) {
        after = [
          "tailscaled.service"
          "tailscaled-autoconnect.service"
        ];
        wants = [ "tailscaled.service" ];
        wantedBy = [ "multi-user.target" ];
        serviceConfig.Type = "oneshot";
        script = ''
          ${lib.getExe cfg.package} set ${lib.escapeShellArgs cfg.extraSetFlags}
        '';
      };
    };
  };
}
