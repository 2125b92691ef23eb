# The NixOS modules, by paths below the generated tree. Their names come from the declaration: listing
# them builds nothing.
{
  generated,
  paths,
  read,
}:
let
  inherit (builtins) listToAttrs;
  settings =
    node:
    { lib, ... }:
    {
      _file = "lib.tailnet of tailwright";
      config.tailwright = {
        root = lib.mkDefault paths.rootPath;
      }
      // (if node == null then { } else { node = lib.mkDefault node; });
    };
in
listToAttrs (
  map (node: {
    name = node;
    value = {
      imports = [
        (generated + "/nixos/options.nix")
        (generated + "/nixos/${node}")
        (settings node)
      ];
    };
  }) read.nodes
)
// {
  default = {
    imports = [
      (generated + "/nixos")
      (settings null)
    ];
  };
}
