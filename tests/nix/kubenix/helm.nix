# Releases of Helm charts. Their values are recorded; no chart is rendered.
{ lib, ... }:
let
  inherit (lib) mkOption types;
in
{
  imports = [ ./k8s.nix ];
  options.kubernetes.helm.releases = mkOption {
    default = { };
    type = types.attrsOf (
      types.submodule (
        { name, ... }:
        {
          options = {
            name = mkOption {
              type = types.str;
              default = name;
            };
            chart = mkOption { type = types.package; };
            namespace = mkOption {
              type = types.nullOr types.str;
              default = null;
            };
            values = mkOption {
              type = types.attrs // {
                merge = _: builtins.foldl' (merged: def: lib.recursiveUpdate merged def.value) { };
              };
              default = { };
            };
            includeCRDs = mkOption {
              type = types.bool;
              default = false;
            };
            noHooks = mkOption {
              type = types.bool;
              default = false;
            };
          };
        }
      )
    );
  };
}
