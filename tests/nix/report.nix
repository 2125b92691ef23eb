# What the tests want to know about an evaluated host, as plain data. The same file reads the
# configuration of the stand-in and that of genuine NixOS, so the two can be compared.
{ config, options }:
let
  inherit (config) networking services;
  pick =
    names: set:
    builtins.listToAttrs (
      map (name: {
        inherit name;
        value = set.${name};
      }) (builtins.filter (name: set ? ${name}) names)
    );
  text = value: if value == null then null else toString value;
  units = builtins.filter (name: config.systemd.services ? ${name}) (
    [
      "unbound"
      "dnsmasq"
      "coredns"
      "tailscaled"
      "tailscaled-autoconnect"
      "tailscaled-set"
      "systemd-resolved"
    ]
    ++ builtins.filter (name: builtins.match "tailwright-.*" name != null) (
      builtins.attrNames config.systemd.services
    )
  );
in
{
  hostName = networking.hostName;
  failedAssertions = map (entry: entry.message) (
    builtins.filter (entry: !entry.assertion) config.assertions
  );
  inherit (config) warnings;

  unbound = pick [
    "enable"
    "checkconf"
    "resolveLocalQueries"
    "enableRootTrustAnchor"
    "settings"
  ] services.unbound;
  dnsmasq = pick [ "enable" "resolveLocalQueries" "settings" ] services.dnsmasq;
  coredns = pick [ "enable" "config" ] services.coredns;
  blocky = pick [ "enable" "settings" ] services.blocky;

  firewall =
    pick [
      "enable"
      "allowPing"
      "allowedTCPPorts"
      "allowedUDPPorts"
      "checkReversePath"
      "extraCommands"
      "extraInputRules"
      "extraStopCommands"
      "filterForward"
      "interfaces"
      "rejectPackets"
      "trustedInterfaces"
    ] networking.firewall
    // {
      nftables = networking.nftables.enable;
      backend =
        networking.firewall.backend or (if networking.nftables.enable then "nftables" else "iptables");
    };
  firewalld = {
    inherit (services.firewalld) enable;
    zones = builtins.mapAttrs (
      _:
      pick [
        "target"
        "interfaces"
        "sources"
        "ports"
        "rules"
      ]
    ) services.firewalld.zones;
  };

  tailscale =
    pick [
      "enable"
      "extraDaemonFlags"
      "extraSetFlags"
      "extraUpFlags"
      "interfaceName"
      "openFirewall"
      "port"
      "useRoutingFeatures"
    ] services.tailscale
    // {
      authKeyFile = text services.tailscale.authKeyFile;
    };

  resolver = {
    inherit (networking) nameservers search localCommands;
    resolvconf = pick [ "enable" "useLocalResolver" "extraConfig" ] networking.resolvconf;
    resolved =
      if options.services.resolved ? settings then
        pick [ "enable" "settings" "dnsDelegates" ] services.resolved
      else
        pick [ "enable" "domains" "fallbackDns" "dnssec" "dnsovertls" "extraConfig" ] services.resolved;
  };

  sysctl = builtins.listToAttrs (
    builtins.filter (entry: builtins.match "net\\.ipv[46]\\..*" entry.name != null) (
      map (name: {
        inherit name;
        value = config.boot.kernel.sysctl.${name};
      }) (builtins.attrNames config.boot.kernel.sysctl)
    )
  );

  secrets =
    if options ? sops then
      builtins.mapAttrs (
        _: secret:
        pick [
          "format"
          "group"
          "key"
          "mode"
          "owner"
          "path"
          "reloadUnits"
          "restartUnits"
          "sopsFileHash"
        ] secret
        // {
          sopsFile = toString secret.sopsFile;
        }
      ) config.sops.secrets
    else
      null;

  units = builtins.listToAttrs (
    map (name: {
      inherit name;
      value =
        pick [
          "after"
          "before"
          "bindsTo"
          "partOf"
          "postStart"
          "preStart"
          "requires"
          "script"
          "wantedBy"
          "wants"
        ] config.systemd.services.${name}
        // {
          serviceConfig = pick [
            "ExecStart"
            "ExecStartPre"
            "ExecStartPost"
            "ExecStop"
            "RemainAfterExit"
            "Restart"
            "RestartSec"
            "Type"
          ] config.systemd.services.${name}.serviceConfig;
        };
    }) units
  );
}
