# What `nix flake check` looks at beside the package: the library at work on real declarations, and the
# style of this flake's own Nix files.
{ self, pkgs }:
let
  inherit (pkgs.stdenv.hostPlatform) system;
  tailnet =
    folder: arguments:
    self.lib.tailnet (
      {
        inherit system;
        declaration = folder + "/tailnet.nix";
        root = folder;
      }
      // arguments
    );
  example = tailnet ../examples/homelab { committed = ../examples/homelab/generated; };
  starter = tailnet ./template { };
in
{
  package = self.packages.${system}.default;
  example-is-up-to-date = example.upToDate;
  example-report = example.report;
  starter = starter.tree;
  formatting = pkgs.runCommand "nixfmt" { nativeBuildInputs = [ pkgs.nixfmt ]; } ''
    nixfmt --check ${../flake.nix} ${./.}/*.nix ${./.}/*/*.nix ${../modules}/*/*.nix
    touch $out
  '';
}
