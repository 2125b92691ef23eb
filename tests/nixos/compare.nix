# Where the stand-in claims something that nixpkgs does not have: names of library functions,
# options, and options inside of submodules; types that differ.
{ nixpkgs, sopsNix }:
let
  tree = /. + nixpkgs;
  genuineLib = import (tree + "/lib");
  standInLib = import ../nix/lib.nix;
  genuine =
    (import (tree + "/nixos/lib/eval-config.nix") {
      system = "x86_64-linux";
      modules = [
        (/. + sopsNix + "/modules/sops")
        {
          nixpkgs.pkgs = import (tree + "/pkgs/top-level/impure.nix") {
            localSystem.system = "x86_64-linux";
            config = { };
            overlays = [ (import ./overlay.nix) ];
          };
        }
      ];
    }).options;
  standIn =
    ((import ../nix/modules.nix { lib = standInLib; }).evalModules {
      modules = map (name: ../nix/nixos + "/${name}") (
        builtins.attrNames (builtins.readDir ../nix/nixos)
      );
      args.pkgs = import ../nix/packages.nix;
    }).options;

  isOption = value: (value._type or "") == "option";
  # Options that are spelled differently on newer releases and forwarded there.
  renamed = [
    "services.resolved.dnssec"
    "services.resolved.dnsovertls"
    "services.resolved.domains"
    "services.resolved.extraConfig"
    "services.resolved.fallbackDns"
    "services.resolved.llmnr"
  ];
  # nixpkgs names this type after its pattern.
  kindOf = type: builtins.head (builtins.split " " type.name);

  compare =
    path: ours: theirs:
    builtins.concatLists (
      map (
        name:
        let
          here = path ++ [ name ];
          shown = builtins.concatStringsSep "." here;
          mine = ours.${name};
          other = theirs.${name};
        in
        if builtins.elem shown renamed then
          [ ]
        else if !(theirs ? ${name}) then
          [ "nixpkgs has no option ${shown}" ]
        else if !isOption mine then
          compare here mine other
        else if !isOption other then
          [ "${shown} is no option of nixpkgs" ]
        else
          (
            if kindOf mine.type == kindOf other.type then
              [ ]
            else
              [ "${shown} is of type ${other.type.name} in nixpkgs, not ${mine.type.name}" ]
          )
          ++ map (sub: "nixpkgs has no option ${shown}.<name>.${sub}") (
            builtins.filter (sub: !(other.type.getSubOptions here ? ${sub})) (mine.type.subOptions or [ ])
          )
      ) (builtins.attrNames ours)
    );
  missing =
    prefix: ours: theirs:
    map (name: "nixpkgs has no ${prefix}.${name}") (
      builtins.filter (name: !(theirs ? ${name})) (builtins.attrNames ours)
    );
in
{
  options = compare [ ] standIn genuine;
  lib =
    missing "lib" standInLib genuineLib
    ++ builtins.concatLists (
      map (name: missing "lib.${name}" standInLib.${name} genuineLib.${name}) [
        "attrsets"
        "lists"
        "strings"
      ]
    )
    ++ missing "lib.types" (removeAttrs standInLib.types [
      "sysctlOption"
      "unitOption"
    ]) genuineLib.types;
}
