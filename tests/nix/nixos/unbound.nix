{ config, lib, ... }:
let
  inherit (lib)
    mkDefault
    mkIf
    mkOption
    types
    ;
  cfg = config.services.unbound;
  loopback = lib.optional config.networking.enableIPv6;

  scalar = types.oneOf [
    types.int
    types.str
    types.bool
    types.float
  ];
  clause = types.oneOf [
    types.str
    (types.attrsOf (
      types.oneOf [
        scalar
        (types.listOf scalar)
      ]
    ))
  ];
  state = name: mkDefault "${cfg.stateDir}/unbound_${name}";
in
{
  options.services.unbound = {
    enable = lib.mkEnableOption "unbound";
    user = mkOption {
      type = types.str;
      default = "unbound";
    };
    group = mkOption {
      type = types.str;
      default = "unbound";
    };
    stateDir = mkOption {
      type = types.path;
      default = "/var/lib/unbound";
    };
    checkconf = mkOption {
      type = types.bool;
      default = !(cfg.settings ? include) && !(cfg.settings ? remote-control);
    };
    resolveLocalQueries = mkOption {
      type = types.bool;
      default = true;
    };
    enableRootTrustAnchor = mkOption {
      type = types.bool;
      default = true;
    };
    localControlSocketPath = mkOption {
      type = types.nullOr types.str;
      default = null;
    };
    settings = mkOption {
      default = { };
      type = types.submodule {
        freeformType = types.attrsOf (
          types.oneOf [
            clause
            (types.listOf clause)
          ]
        );
        options.remote-control.control-enable = mkOption {
          type = types.bool;
          default = false;
        };
      };
    };
  };

  config = mkIf cfg.enable {
    services.unbound.settings = {
      server = {
        username = ''""'';
        chroot = ''""'';
        pidfile = ''""'';
        do-daemonize = false;
        directory = mkDefault cfg.stateDir;
        ip-freebind = mkDefault true;
        define-tag = mkDefault "";
        tls-cert-bundle = mkDefault config.security.pki.caBundle;
        interface = mkDefault ([ "127.0.0.1" ] ++ loopback "::1");
        access-control = mkDefault ([ "127.0.0.0/8 allow" ] ++ loopback "::1/128 allow");
        auto-trust-anchor-file = mkIf cfg.enableRootTrustAnchor "${cfg.stateDir}/root.key";
      };
      remote-control = {
        control-enable = if cfg.localControlSocketPath == null then mkDefault false else true;
        control-interface =
          if cfg.localControlSocketPath == null then
            mkDefault ([ "127.0.0.1" ] ++ loopback "::1")
          else
            cfg.localControlSocketPath;
        server-key-file = state "server.key";
        server-cert-file = state "server.pem";
        control-key-file = state "control.key";
        control-cert-file = state "control.pem";
      };
    };
    networking.resolvconf.useLocalResolver = mkIf cfg.resolveLocalQueries (mkDefault true);
    systemd.services.unbound = {
      after = [ "network.target" ];
      before = [ "nss-lookup.target" ];
      wantedBy = [
        "multi-user.target"
        "nss-lookup.target"
      ];
      serviceConfig = {
        Restart = "on-failure";
        RestartSec = "5s";
        Type = "notify";
        User = cfg.user;
        Group = cfg.group;
      };
    };
  };
}
