# The start script of the iptables firewall, for a host whose chains are not there yet.
{
  lib,
  networking,
  firewall,
  openings,
  strictness,
}:
let
  v6 = networking.enableIPv6;
  both = rule: "ip46tables ${rule}";
  open =
    proto: flag:
    builtins.concatMap (
      entry:
      map (
        port:
        both "-A nixos-fw -p ${flag} --dport ${port} -j nixos-fw-accept${
          lib.optionalString (entry.interface != "") " -i ${entry.interface}"
        }"
      ) (proto entry.ports)
    ) openings;
  numbers = key: ports: map toString ports.${key};
  ranges = key: ports: map (range: "${toString range.from}:${toString range.to}") ports.${key};
in
lib.concatLines (
  [
    "ip46tables() {"
    ''iptables -w "$@"''
  ]
  ++ lib.optional v6 ''ip6tables -w "$@"''
  ++ [
    "}"
    (both "-N nixos-fw-accept")
    (both "-A nixos-fw-accept -j ACCEPT")
    (both "-N nixos-fw-refuse")
  ]
  ++ (
    if firewall.rejectPackets then
      [
        (both "-A nixos-fw-refuse -p tcp ! --syn -j REJECT --reject-with tcp-reset")
        (both "-A nixos-fw-refuse -j REJECT")
      ]
    else
      [ (both "-A nixos-fw-refuse -j DROP") ]
  )
  ++ [ (both "-N nixos-fw-log-refuse") ]
  ++ lib.optional firewall.logRefusedConnections (
    both ''-A nixos-fw-log-refuse -p tcp --syn -j LOG --log-level info --log-prefix "refused connection: "''
  )
  ++ [
    (both "-A nixos-fw-log-refuse -m pkttype ! --pkt-type unicast -j nixos-fw-refuse")
    (both "-A nixos-fw-log-refuse -j nixos-fw-refuse")
    (both "-N nixos-fw")
  ]
  ++ lib.optionals (strictness != false) (
    [
      (both "-t mangle -N nixos-fw-rpfilter")
      (both "-t mangle -A nixos-fw-rpfilter -m rpfilter --validmark${
        lib.optionalString (strictness == "loose") " --loose"
      } -j RETURN")
      "iptables -t mangle -A nixos-fw-rpfilter -p udp --sport 67 --dport 68 -j RETURN"
      "iptables -t mangle -A nixos-fw-rpfilter -s 0.0.0.0 -d 255.255.255.255 -p udp --sport 68 --dport 67 -j RETURN"
    ]
    ++ lib.optional firewall.logReversePathDrops (
      both ''-t mangle -A nixos-fw-rpfilter -j LOG --log-level info --log-prefix "rpfilter drop: "''
    )
    ++ [
      (both "-t mangle -A nixos-fw-rpfilter -j DROP")
      (both "-t mangle -A PREROUTING -j nixos-fw-rpfilter")
    ]
  )
  ++ map (name: both "-A nixos-fw -i ${name} -j nixos-fw-accept") firewall.trustedInterfaces
  ++ [ (both "-A nixos-fw -m conntrack --ctstate ESTABLISHED,RELATED -j nixos-fw-accept") ]
  ++ open (numbers "allowedTCPPorts") "tcp"
  ++ open (ranges "allowedTCPPortRanges") "tcp"
  ++ open (numbers "allowedUDPPorts") "udp"
  ++ open (ranges "allowedUDPPortRanges") "udp"
  ++ lib.optional firewall.allowPing "iptables -w -A nixos-fw -p icmp --icmp-type echo-request -j nixos-fw-accept"
  ++ lib.optionals v6 [
    "ip6tables -A nixos-fw -p icmpv6 --icmpv6-type redirect -j DROP"
    "ip6tables -A nixos-fw -p icmpv6 --icmpv6-type 139 -j DROP"
    "ip6tables -A nixos-fw -p icmpv6 -j nixos-fw-accept"
    "ip6tables -A nixos-fw -d fe80::/64 -p udp --dport 546 -j nixos-fw-accept"
  ]
  ++ [
    firewall.extraCommands
    (both "-A nixos-fw -j nixos-fw-log-refuse")
    (both "-A INPUT -j nixos-fw")
  ]
)
