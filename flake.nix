{
  description = "One declaration of a tailnet and its DNS in; checked NixOS modules, kubenix apps and SOPS wiring out";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  outputs =
    { self, nixpkgs }:
    let
      inherit (nixpkgs.lib) genAttrs;
      forEachSystem =
        make:
        genAttrs [ "x86_64-linux" "aarch64-linux" "aarch64-darwin" ] (
          system: make nixpkgs.legacyPackages.${system}
        );
    in
    {
      lib = import ./nix/lib.nix {
        packagesFor = system: {
          tailwright = self.packages.${system}.default;
          inherit (nixpkgs.legacyPackages.${system}) writeShellScriptBin;
        };
      };

      packages = forEachSystem (pkgs: rec {
        tailwright = pkgs.callPackage ./nix/package.nix { };
        default = tailwright;
      });
      overlays.default = final: prev: {
        tailwright = final.callPackage ./nix/package.nix { inherit (prev) lib; };
      };
      apps = forEachSystem (pkgs: rec {
        tailwright = {
          type = "app";
          program = "${self.packages.${pkgs.stdenv.hostPlatform.system}.default}/bin/tailwright";
          meta.description = "Checks a declaration of a tailnet and generates what has to agree about it";
        };
        default = tailwright;
      });

      nixosModules.default.imports = [ ./modules/nixos ];
      kubenixModules.default.imports = [ ./modules/kubenix ];
      flakeModules.default = import ./modules/flake-parts { inherit (self.lib) tailnet; };
      templates.default = {
        path = ./nix/template;
        description = "A tailnet with its declaration, and the generated tree committed beside it";
        welcomeText = ''
          Change what the comments in tailnet.nix name, then

              nix run .#update
              git add generated
        '';
      };

      checks = forEachSystem (pkgs: import ./nix/checks.nix { inherit self pkgs; });
      formatter = forEachSystem (pkgs: pkgs.nixfmt);
      devShells = forEachSystem (pkgs: {
        default = pkgs.mkShell {
          packages = [
            pkgs.cargo
            pkgs.clippy
            pkgs.nixfmt
            pkgs.rustc
            pkgs.rustfmt
          ];
        };
      });
    };
}
