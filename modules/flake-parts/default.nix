# The module for flake-parts: options for the arguments of lib.tailnet; packages, checks and modules out
# of its result.
{ tailnet }:
{
  config,
  lib,
  options,
  ...
}:
let
  inherit (lib)
    literalExpression
    mkIf
    mkOption
    optionalAttrs
    types
    ;
  settings = config.tailwright;
  resultFor =
    system:
    tailnet (
      {
        inherit system;
        inherit (settings) declaration root;
      }
      // optionalAttrs (settings.committed != null) { inherit (settings) committed; }
      // optionalAttrs (settings.package != null) { package = settings.package system; }
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
    package = mkOption {
      type = types.nullOr types.raw;
      default = null;
      example = literalExpression "system: inputs.nixpkgs.legacyPackages.\${system}.tailwright";
      description = "The tailwright to use, as a function of the system; null for that of tailwright's flake.";
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
    flake.nixosModules.tailwright = settings.tailnet.nixosModules.default;
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
