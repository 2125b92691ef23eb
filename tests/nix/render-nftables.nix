# The ruleset of the nftables firewall: NixOS' own chains around the rules of the options.
{
  lib,
  networking,
  firewall,
  openings,
  openingsOf,
  strictness,
}:
let
  trusted = lib.concatMapStringsSep ", " (name: ''"${name}"'') firewall.trustedInterfaces;
  opening =
    proto: keyword: entry:
    let
      ports = openingsOf "-" proto entry.ports;
      where = lib.optionalString (entry.interface != "") "iifname ${entry.interface} ";
    in
    lib.optional (
      ports != [ ]
    ) "${where}${keyword} dport { ${builtins.concatStringsSep ", " ports} } accept";

  states =
    allowed:
    "ct state vmap { invalid : drop, established : accept, related : accept, new : jump ${allowed}, untracked : jump ${allowed} }";
  chain = name: rules: [ "chain ${name} {" ] ++ rules ++ [ "}" ];
  filterHook = hook: "type filter hook ${hook} priority filter; policy drop;";

  reversePath = chain "rpfilter" (
    [
      "type filter hook prerouting priority mangle + 10; policy drop;"
      "meta nfproto ipv4 udp sport . udp dport { 67 . 68, 68 . 67 } accept"
      "fib saddr . mark ${lib.optionalString (strictness != "loose") ". iif"} oif exists accept"
      "jump rpfilter-allow"
    ]
    ++ lib.optional firewall.logReversePathDrops ''log level info prefix "rpfilter drop: "''
  );
  input = chain "input" (
    [ (filterHook "input") ]
    ++ lib.optional (trusted != "") "iifname { ${trusted} } accept"
    ++ [
      "icmpv6 type echo-reply accept"
      (states "input-allow")
    ]
    ++ lib.optional firewall.logRefusedConnections ''tcp flags syn / fin,syn,rst,ack log level info prefix "refused connection: "''
    ++ lib.optionals firewall.rejectPackets [
      "meta l4proto tcp reject with tcp reset"
      "reject"
    ]
  );
  allow = chain "input-allow" (
    builtins.concatMap (entry: opening "TCP" "tcp" entry ++ opening "UDP" "udp" entry) openings
    ++ [ "meta l4proto . th dport @temp-ports accept" ]
    ++ lib.optional firewall.allowPing "icmp type echo-request accept"
    ++ [
      "icmpv6 type != { nd-redirect, 139 } accept"
      "ip6 daddr fe80::/64 udp dport 546 accept"
      firewall.extraInputRules
    ]
  );
  forward =
    chain "forward" [
      (filterHook "forward")
      (states "forward-allow")
    ]
    ++ chain "forward-allow" [
      "icmpv6 type != { router-renumbering, 139 } accept"
      "ct status dnat accept"
      firewall.extraForwardRules
    ];

  table =
    family: name: content:
    [ "table ${family} ${name} {" ] ++ content ++ [ "}" ];
in
lib.concatLines (
  lib.optional networking.nftables.flushRuleset "flush ruleset"
  ++ lib.optionals firewall.enable (
    table "inet" "nixos-fw" (
      [ "set temp-ports { type inet_proto . inet_service; flags interval; auto-merge; }" ]
      ++ lib.optionals (strictness != false) reversePath
      ++ chain "rpfilter-allow" [ firewall.extraReversePathFilterRules ]
      ++ input
      ++ allow
      ++ lib.optionals firewall.filterForward forward
    )
  )
  ++ builtins.concatLists (
    lib.mapAttrsToList (
      _: entry: lib.optionals entry.enable (table entry.family entry.name [ entry.content ])
    ) networking.nftables.tables
  )
  ++ [ networking.nftables.ruleset ]
)
