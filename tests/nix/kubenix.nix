# Modules of kubenix evaluated without kubenix and without nixpkgs. `spec` is JSON:
#   modules  paths of modules, merged
#   release  whether the repository has a submodule `release` (../kubenix/release.nix)
{ spec }:
let
  lib = import ./lib.nix;
  asked = builtins.fromJSON spec;
  evaluation = import ./modules.nix { inherit lib; };
  toFile =
    _: name: value:
    builtins.toFile name (builtins.toJSON value);
  pkgs = import ./packages.nix // {
    writeText = builtins.toFile;
    # JSON is YAML, and needs no build.
    formats = {
      json = settings: { generate = toFile settings; };
      yaml = settings: { generate = toFile settings; };
    };
  };
  kubenix = {
    modules = {
      base = ./kubenix/base.nix;
      k8s = ./kubenix/k8s.nix;
      helm = ./kubenix/helm.nix;
      submodule = ./kubenix/submodule.nix;
      submodules = ./kubenix/submodules.nix;
    };
    lib.helm.fetch = chart: {
      type = "derivation";
      name = "${chart.chart}-${chart.version}";
      outPath = "/nix/store/00000000000000000000000000000000-${chart.chart}";
    };
  };
  args = { inherit pkgs kubenix evaluation; };
in
import ../kubenix/report.nix
  (evaluation.evalModules {
    args = args // {
      name = "default";
      moduleArgs = args;
    };
    modules = [
      kubenix.modules.k8s
      kubenix.modules.helm
      kubenix.modules.submodules
    ]
    ++ lib.optional asked.release ../kubenix/release.nix
    ++ asked.modules;
  }).config
