# A module of the form that tailwright writes: one node's forwarder, firewall and tailscale.
{
  config,
  lib,
  options,
  pkgs,
  ...
}:
let
  backend =
    config.networking.firewall.backend
      or (if config.networking.nftables.enable then "nftables" else "iptables");
in
{
  options.tailwright.node = lib.mkOption {
    type = lib.types.str;
    default = config.networking.hostName;
    description = "The node whose configuration this host takes.";
  };

  config = lib.mkIf (config.tailwright.node == "alpha") (
    lib.mkMerge [
      {
        services.unbound = {
          enable = true;
          resolveLocalQueries = false;
          enableRootTrustAnchor = false;
          settings = {
            server = {
              interface = [ "127.0.0.1@1053" ];
              access-control = [
                "127.0.0.0/8 allow"
                "10.42.0.0/16 allow"
              ];
              local-zone = [
                ''"." refuse''
                ''"tail1.ts.net." transparent''
              ];
              module-config = ''"iterator"'';
              hide-version = true;
              infra-host-ttl = 30;
              define-tag = ''"one two"'';
            };
            forward-zone = [
              {
                name = ''"tail1.ts.net."'';
                forward-addr = [ "100.100.100.100" ];
                forward-first = false;
              }
            ];
          };
        };
        systemd.services.unbound = {
          after = [ "tailscaled.service" ];
          wants = [ "tailscaled.service" ];
        };
        assertions = [
          {
            assertion = !(builtins.elem "enp1s0" config.networking.firewall.trustedInterfaces);
            message = "enp1s0 is trusted";
          }
        ];
      }
      (lib.mkIf (backend == "nftables") {
        networking.firewall.extraInputRules = ''
          ip saddr { 10.42.0.0/16 } meta l4proto { tcp, udp } th dport 1053 accept
        '';
      })
      (lib.mkIf (backend == "iptables") {
        networking.firewall.extraCommands = ''
          iptables -A nixos-fw -p udp -s 10.42.0.0/16 --dport 1053 -j nixos-fw-accept
          iptables -A nixos-fw -p tcp -s 10.42.0.0/16 --dport 1053 -j nixos-fw-accept
        '';
      })
      {
        networking.firewall.interfaces.cni0.allowedUDPPorts = [ 1053 ];
        services.tailscale = {
          enable = true;
          openFirewall = true;
          useRoutingFeatures = "both";
          extraSetFlags = [
            "--accept-dns=false"
            "--advertise-routes=10.10.10.0/24"
          ];
        };
        systemd.services.tailwright-rule = {
          wantedBy = [ "multi-user.target" ];
          serviceConfig.Type = "oneshot";
          script = "${pkgs.iproute2}/bin/ip rule add to 10.10.10.0/24 priority 2500 lookup main";
        };
      }
      (lib.optionalAttrs (options.services.resolved ? dnsDelegates) {
        services.resolved.enable = true;
        services.resolved.dnsDelegates.tailnet.Delegate = {
          DNS = [ "127.0.0.1:1053" ];
          Domains = [ "~tail1.ts.net" ];
        };
      })
      (lib.optionalAttrs (options ? sops) {
        sops.secrets.tailscale = {
          sopsFile = ./secret.yaml;
          key = "tailscale_auth_key";
          restartUnits = [ "tailscaled-autoconnect.service" ];
        };
        services.tailscale.authKeyFile = config.sops.secrets.tailscale.path;
      })
    ]
  );
}
