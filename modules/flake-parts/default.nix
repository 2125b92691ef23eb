# The module for flake-parts: options for the arguments of lib.tailnet; packages, checks and modules out
# of its result. Arguments that differ from system to system are functions of it.
{ tailnet }:
{
  config,
  lib,
  options,
  ...
}:
let
  inherit (lib)
    filterAttrs
    literalExpression
    mapAttrs
    mkDefault
    mkIf
    mkOption
    types
    ;
  settings = config.tailwright;
  # Without what was left to lib.tailnet.
  given = filterAttrs (_: argument: argument != null);
  resultFor =
    system:
    tailnet (
      {
        inherit system;
        inherit (settings) declaration root;
      }
      // given { inherit (settings) committed updateCommand; }
      // mapAttrs (_: argument: argument system) (given {
        inherit (settings) package writeShellScriptBin;
      })
    );
in
{
  _file = ./default.nix;
  # Whoever imports it twice means it once.
  key = "tailwright.flakeModules.default";

  options.tailwright = {
    declaration = mkOption {
      # Any other type would rebuild the set, and the positions of its attributes would be lost.
      type = types.raw;
      example = literalExpression "./tailnet.nix";
      description = "The declaration: an attribute set, or the path of a static `.nix` file or of a `.json` file.";
    };
    root = mkOption {
      type = types.raw;
      example = literalExpression "./.";
      description = "The source tree that paths of the declaration are relative to.";
    };
    committed = mkOption {
      type = types.nullOr types.raw;
      default = null;
      example = literalExpression "./generated";
      description = "The committed tree; null takes modules from a derivation, which is import from derivation.";
    };
    updateCommand = mkOption {
      type = types.nullOr types.str;
      default = null;
      example = "make tree";
      description = "What runs `update`, for the message of the check; null for `nix run .#update`.";
    };
    package = mkOption {
      type = types.nullOr types.raw;
      default = null;
      example = literalExpression "system: inputs.nixpkgs.legacyPackages.\${system}.tailwright";
      description = "The tailwright to use, as a function of the system; null for that of tailwright's flake.";
    };
    writeShellScriptBin = mkOption {
      type = types.nullOr types.raw;
      default = null;
      example = literalExpression "system: inputs.nixpkgs.legacyPackages.\${system}.writeShellScriptBin";
      description = "nixpkgs' function of this name, as a function of the system; null for that of tailwright's nixpkgs.";
    };
    system = mkOption {
      type = types.str;
      default = builtins.head config.systems;
      defaultText = literalExpression "builtins.head config.systems";
      description = "The system that builds the modules where there is no committed tree.";
    };
    tailnet = mkOption {
      type = types.raw;
      readOnly = true;
      default = resultFor settings.system;
      defaultText = literalExpression "tailwright.lib.tailnet { … }";
      description = "What lib.tailnet makes of it: nixosModules, kubenixModules, kubenixApps and so on.";
    };
  };

  config = mkIf options.tailwright.declaration.isDefined {
    flake = {
      nixosModules.tailwright = settings.tailnet.nixosModules.default;
      # Whoever has outputs of these names keeps them, and takes what he wants from config.tailwright.tailnet.
      kubenixModules = mkDefault settings.tailnet.kubenixModules;
      kubenixApps = mkDefault settings.tailnet.kubenixApps;
    };
    perSystem =
      { system, ... }:
      let
        result = resultFor system;
      in
      {
        packages = {
          tailnet = result.tree;
          inherit (result) update;
        };
        checks.tailnet = if settings.committed == null then result.tree else result.upToDate;
      };
  };
}
