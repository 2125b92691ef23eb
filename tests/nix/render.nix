# The files that NixOS makes from its options, as text.
{ lib, config }:
let
  inherit (config) networking services;
  firewall = networking.firewall;
  lines = builtins.concatStringsSep "\n";

  # unbound.conf: attributes in alphabetical order, lists as repeated lines, sets as clauses.
  unboundLines =
    indent: name: value:
    if builtins.isAttrs value then
      [ "${indent}${name}:" ]
      ++ builtins.concatLists (lib.mapAttrsToList (unboundLines "${indent}  ") value)
    else if builtins.isList value then
      builtins.concatMap (unboundLines indent name) value
    else if builtins.isBool value then
      [ "${indent}${name}: ${if value then "yes" else "no"}" ]
    else if builtins.isFloat value then
      [ "${indent}${name}: ${builtins.toJSON value}" ]
    else
      [ "${indent}${name}: ${toString value}" ];
  settings = services.unbound.settings;
  # Tags have to be defined before they are used, so they are out of alphabetical order.
  tags = settings.server.define-tag;
  unbound = lines (
    [
      "server:"
      (if tags == "" then "" else "  define-tag: ${tags}")
    ]
    ++ builtins.concatLists (
      lib.mapAttrsToList (unboundLines "  ") (removeAttrs settings.server [ "define-tag" ])
    )
    ++ builtins.concatLists (lib.mapAttrsToList (unboundLines "") (removeAttrs settings [ "server" ]))
    ++ [
      ""
      ""
    ]
  );

  dnsmasqLines =
    name: value:
    if builtins.isList value then
      builtins.concatMap (dnsmasqLines name) value
    else if value == true then
      [ name ]
    else if value == false then
      [ "# setting `${name}` explicitly set to false" ]
    else
      [ "${name}=${toString value}" ];
  dnsmasq = lib.concatLines (
    builtins.concatLists (lib.mapAttrsToList dnsmasqLines services.dnsmasq.settings)
  );

  # Port openings of the whole host and of single interfaces, in NixOS' order: it keeps the
  # host's own among the interfaces, by the name "default".
  nameOf = entry: if entry.interface == "" then "default" else entry.interface;
  openings = lib.sort (a: b: nameOf a < nameOf b) (
    [
      {
        interface = "";
        ports = firewall;
      }
    ]
    ++ lib.mapAttrsToList (interface: ports: { inherit interface ports; }) firewall.interfaces
  );
  openingsOf =
    separator: proto: ports:
    map toString ports."allowed${proto}Ports"
    ++ map (
      range: "${toString range.from}${separator}${toString range.to}"
    ) ports."allowed${proto}PortRanges";
  strictness = firewall.checkReversePath;
in
{
  inherit unbound dnsmasq;

  nftables = import ./render-nftables.nix {
    inherit
      lib
      networking
      firewall
      openings
      openingsOf
      strictness
      ;
  };
  iptables = import ./render-iptables.nix {
    inherit
      lib
      networking
      firewall
      openings
      strictness
      ;
  };
}
