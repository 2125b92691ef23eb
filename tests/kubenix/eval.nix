# The questions of ../nix/kubenix.nix put to genuine kubenix, with the trees `kubenix` and
# `nixpkgs`. Nothing is built: no chart is rendered, YAML files hold JSON.
{
  spec,
  kubenix,
  nixpkgs,
}:
let
  asked = builtins.fromJSON spec;
  tree = /. + kubenix;
  pkgs = import (/. + nixpkgs + "/pkgs/top-level/impure.nix") {
    localSystem.system = "x86_64-linux";
    config = { };
    overlays = [ (import ./overlay.nix) ];
  };
  inherit (pkgs) lib;

  # As kubenix' flake does it for one system.
  extended = lib.extend (
    final: _:
    import (tree + "/lib/upstreamables.nix") {
      lib = final;
      inherit pkgs;
    }
  );
  evalModules =
    {
      modules,
      specialArgs ? { },
    }:
    extended.evalModules {
      modules = modules ++ [
        {
          _module.args = {
            inherit pkgs;
            name = "default";
          };
        }
      ];
      specialArgs = {
        inherit pkgs;
        kubenix = genuine;
      }
      // specialArgs;
    };
  genuine = {
    inherit evalModules;
    lib = import (tree + "/lib") { inherit lib pkgs; };
    modules = import (tree + "/modules");
  };

  # In the repository and in its submodules: every chart holds nothing.
  unrendered._module.args.helm = lib.mkForce {
    chart2json = _: builtins.toFile "objects.json" "[ ]";
  };
in
import ./report.nix
  (evalModules {
    modules = [
      genuine.modules.k8s
      genuine.modules.helm
      genuine.modules.submodules
      unrendered
      {
        submodules.defaults = [
          {
            features = [ "submodule" ];
            default = unrendered;
          }
        ];
      }
    ]
    ++ lib.optional asked.release ./release.nix
    ++ map (path: /. + path) asked.modules;
  }).config
