# A NixOS module that imports what was generated for a tailnet. Imports can't depend on options, so the
# tailnet comes by `specialArgs`:
#
#   nixpkgs.lib.nixosSystem {
#     specialArgs = { inherit tailnet; };   # what lib.tailnet gave
#     modules = [ tailwright.nixosModules.default ];
#   }
arguments: {
  imports = [
    (arguments.tailnet or (throw ''
      tailwright: this host's modules were given no `tailnet`.
      Imports can't depend on options, so the tailnet has to be known before them.
      Add `specialArgs = { tailnet = tailwright.lib.tailnet { … }; };` to nixosSystem, or import
      the tailnet's own `nixosModules.default` instead of this module.'')
    ).nixosModules.default
  ];
}
