# lib.tailnet: one declaration in; the tree, its check and the modules out.
{ packagesFor }:
{
  # The system that builds. Modules from a committed tree do not depend on it.
  system,
  # An attribute set, or the path of a static `.nix` file or of a `.json` file. A set may be computed
  # in any way; findings point to where its attributes were written, as long as nothing rebuilt it
  # (`//` keeps positions, `mapAttrs` does not).
  declaration,
  # Your source tree, `./.` in a flake: paths of the declaration are relative to it, and generated
  # modules read your files, such as SOPS files, from there.
  root,
  # The committed tree, such as `./generated`: all modules are then plain paths in your source, and
  # nothing is built for an evaluation. Without it the modules come out of a derivation, which is
  # import from derivation.
  committed ? null,
  # What runs `update` in your flake, for the message of `upToDate`.
  updateCommand ? "nix run .#update",
  # The tailwright to use.
  package ? (packagesFor system).tailwright,
  # nixpkgs' function of this name, for `update`.
  writeShellScriptBin ? (packagesFor system).writeShellScriptBin,
}:
let
  paths = import ./paths.nix { inherit root; };
  read = import ./declaration.nix { inherit declaration paths; };
  generated = import ./generated.nix {
    inherit
      committed
      paths
      tree
      updateCommand
      ;
  };
  derivations = import ./derivations.nix {
    inherit
      committed
      package
      paths
      read
      system
      updateCommand
      ;
  };
  inherit (derivations) tree;
in
{
  # The generated tree, a derivation. Its builder is tailwright itself, and its inputs are the
  # declaration and the files that it names: no other change of your sources builds it again.
  inherit tree;

  # A check: a derivation that fails with the list of files where `committed` differs from `tree`.
  inherit (derivations) upToDate;

  # All findings and all defaults that were filled in, as a JSON file. Like the tree, it is not built
  # while there is something at error level: the log has it then.
  inherit (derivations) report;

  # A program that brings the committed tree up to date: `nix run .#update` in the folder that `root`
  # names, once your flake has it among its packages.
  update = import ./update.nix {
    inherit
      committed
      package
      paths
      read
      writeShellScriptBin
      ;
  };

  # NixOS modules, each `{ imports = [ … ]; }` with `tailwright.root` set: `default` for all hosts,
  # which know themselves by networking.hostName, and one for each node. No node and no resolver can
  # be called `default`: the name stands for all of them.
  nixosModules = import ./nixos-modules.nix { inherit generated paths read; };

  # kubenixModules.<cluster>.<app>: kubenix modules, `default` with all of a cluster.
  # kubenixApps.<cluster>.<resolver>: the mapping of the suffix as a plain attribute set, to be merged
  # into a configuration that you have written yourself.
  inherit (import ./kubenix.nix { inherit generated read; }) kubenixModules kubenixApps;
}
