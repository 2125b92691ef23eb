# A kubenix module that imports what was generated for a cluster. Imports can't depend on options, so
# the tailnet comes by `specialArgs`, and the cluster too where the tailnet has several:
#
#   kubenix.evalModules.${system} {
#     specialArgs = { inherit tailnet; cluster = "homelab"; };
#     module = tailwright.kubenixModules.default;
#   }
arguments:
let
  inherit (builtins)
    attrNames
    concatStringsSep
    head
    length
    ;
  tailnet =
    arguments.tailnet or (throw ''
      tailwright: the kubenix modules were given no `tailnet`.
      Imports can't depend on options, so the tailnet has to be known before them.
      Add `specialArgs = { tailnet = tailwright.lib.tailnet { … }; };` to kubenix.evalModules.'');
  clusters = attrNames tailnet.kubenixModules;
  only =
    if length clusters == 1 then
      head clusters
    else
      throw ''
        tailwright: the tailnet has the clusters ${concatStringsSep ", " clusters}.
        Which one is meant has to be known before the imports.
        Add `specialArgs.cluster` with its name.'';
in
{
  imports = [ tailnet.kubenixModules.${arguments.cluster or only}.default ];
}
