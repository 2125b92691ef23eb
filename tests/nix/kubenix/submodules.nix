# Instances of modules: `submodules.instances.<name> = { submodule = …; args = …; }`.
{
  config,
  lib,
  evaluation,
  moduleArgs,
  ...
}:
let
  inherit (lib) mkOption types;
  cfg = config.submodules;

  evaluate =
    name: module: definitions:
    (evaluation.evalModules {
      args = moduleArgs // {
        inherit name moduleArgs;
      };
      prefix = [
        "submodules"
        "instances"
        name
        "config"
      ];
      modules = [
        module
        { kubernetes.namespace = lib.mkDefault config.kubernetes.namespace; }
      ]
      ++ map (def: {
        _file = def.file;
        config.submodule.args = def.value;
      }) definitions;
    }).config;
  modules = map (given: if builtins.isPath given then given else given.module) cfg.imports;
  find =
    wanted:
    let
      found = builtins.filter (module: (evaluate "default" module [ ]).submodule.name == wanted) modules;
    in
    if found == [ ] then throw "No module found ${wanted}/latest" else builtins.head found;
in
{
  imports = [ ./base.nix ];
  options.submodules = {
    imports = mkOption {
      type = types.listOf types.raw;
      default = [ ];
    };
    instances = mkOption {
      default = { };
      type = types.attrsOf (
        types.submodule (
          {
            name,
            config,
            options,
            ...
          }:
          {
            options = {
              name = mkOption {
                type = types.str;
                default = name;
              };
              submodule = mkOption {
                type = types.str;
                default = name;
              };
              passthru.enable = mkOption {
                type = types.bool;
                default = true;
              };
              # Merged by the types that the submodule gives its arguments.
              args = mkOption { default = { }; };
              config = mkOption {
                type = types.raw;
                readOnly = true;
                default = evaluate config.name (find config.submodule) options.args.definitions;
              };
            };
          }
        )
      );
    };
  };
  config.kubernetes.objects = lib.mkMerge (
    map (
      instance:
      lib.optionals instance.passthru.enable (
        instance.config.submodule.passthru.kubernetes.objects or [ ]
      )
    ) (builtins.attrValues cfg.instances)
  );
}
