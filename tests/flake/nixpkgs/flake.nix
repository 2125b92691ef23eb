# As much of nixpkgs as tailwright's flake asks for, without a network and without a compiler: the
# package is a link to the program under test, whose path is in the file `program`.
{
  outputs =
    _:
    let
      lib = {
        genAttrs =
          names: make:
          builtins.listToAttrs (
            map (name: {
              inherit name;
              value = make name;
            }) names
          );
        inherit (import ./stand-in/lib.nix) recursiveUpdate;
        optionalString = condition: text: if condition then text else "";
        licenses = {
          asl20 = "asl20";
          mit = "mit";
        };
        platforms.unix = [ ];
        # The tests' own stand-in for NixOS.
        nixosSystem =
          { modules }:
          (import ./stand-in/modules.nix { lib = import ./stand-in/lib.nix; }).evalModules {
            modules =
              map (name: ./stand-in/nixos + "/${name}") (
                builtins.filter (name: name != "sops.nix") (builtins.attrNames (builtins.readDir ./stand-in/nixos))
              )
              ++ modules;
            args.pkgs = import ./stand-in/packages.nix;
          };
        fileset = {
          # The files have to be there; nobody reads them here.
          unions = map (
            path:
            assert builtins.pathExists path;
            path
          );
          toSource = { fileset, ... }: builtins.deepSeq fileset "source";
        };
      };
      program = builtins.replaceStrings [ "\n" ] [ "" ] (builtins.readFile ./program);
      packagesFor =
        system:
        let
          script =
            name: text:
            derivation {
              inherit name system;
              builder = "/bin/sh";
              args = [
                "-c"
                text
              ];
            };
          nothing = name: script name "echo > $out";
          pkgs = {
            inherit lib;
            stdenv = {
              buildPlatform.canExecute = _: true;
              hostPlatform = { inherit system; };
            };
            callPackage =
              file: arguments:
              let
                make = import file;
              in
              make (builtins.intersectAttrs (builtins.functionArgs make) pkgs // arguments);
            rustPlatform.buildRustPackage =
              arguments:
              builtins.deepSeq arguments (
                script "${arguments.pname}-${arguments.version}" ''
                  /bin/mkdir -p $out/bin
                  /bin/ln -s ${program} $out/bin/tailwright
                ''
                // {
                  inherit (arguments) meta postInstall;
                }
              );
            runCommand =
              name: _: _text:
              nothing name;
            writeShellScriptBin =
              name: text:
              derivation {
                inherit name system text;
                passAsFile = [ "text" ];
                builder = "/bin/sh";
                args = [
                  "-c"
                  ''
                    /bin/mkdir -p $out/bin
                    { echo '#!/bin/sh'; /bin/cat $textPath; } > $out/bin/${name}
                    /bin/chmod +x $out/bin/${name}
                  ''
                ];
              };
            mkShell = { packages }: builtins.deepSeq packages (nothing "shell");
            installShellFiles = nothing "installShellFiles";
            cargo = nothing "cargo";
            clippy = nothing "clippy";
            nixfmt = nothing "nixfmt";
            rustc = nothing "rustc";
            rustfmt = nothing "rustfmt";
          };
        in
        pkgs;
    in
    {
      inherit lib;
      # This stub is sops-nix as well.
      nixosModules.sops = ./stand-in/nixos/sops.nix;
      legacyPackages = lib.genAttrs [
        "x86_64-linux"
        "aarch64-linux"
        "aarch64-darwin"
      ] packagesFor;
    };
}
