# A program that brings the committed tree up to date, run in the folder that `root` names.
{
  committed,
  package,
  paths,
  read,
  writeShellScriptBin,
}:
let
  inherit (builtins) baseNameOf concatStringsSep replaceStrings;
  quoted = text: "'${replaceStrings [ "'" ] [ "'\\''" ] text}'";
  out =
    if committed == null then
      "generated"
    else if paths.isBelow (paths.text committed) then
      paths.below (paths.text committed)
    else
      baseNameOf (paths.text committed);
  arguments = read.arguments ".";
  # In another folder a second tree would come to be there.
  guard =
    if read.beginsIn == null then
      ""
    else
      ''
        if [ ! -e ${quoted read.beginsIn} ]; then
          echo ${quoted "update: ${read.beginsIn} is not here. Run this in the folder that `root` of lib.tailnet names."} >&2
          exit 2
        fi
      '';
in
writeShellScriptBin "update" ''
  ${guard}exec ${package}/bin/tailwright generate ${concatStringsSep " " (map quoted arguments)} --out ${quoted out} "$@"
''
