# Stand-ins for packages that generated modules may name: a path of the right form, no more.
let
  package = name: {
    type = "derivation";
    inherit name;
    pname = name;
    meta.mainProgram = name;
    outPath = "/nix/store/00000000000000000000000000000000-${name}";
  };
in
builtins.listToAttrs (
  map
    (name: {
      inherit name;
      value = package name;
    })
    [
      "bash"
      "coreutils"
      "dnsmasq"
      "gnugrep"
      "gnused"
      "iproute2"
      "iptables"
      "jq"
      "nftables"
      "systemd"
      "tailscale"
      "unbound"
      "util-linux"
    ]
)
