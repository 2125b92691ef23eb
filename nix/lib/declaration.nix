# Reads a declaration: its values, and the file and arguments by which tailwright reads it.
{ declaration, paths }:
let
  inherit (builtins)
    attrNames
    fromJSON
    isAttrs
    isFunction
    isPath
    isString
    match
    readFile
    seq
    toFile
    toJSON
    ;

  isFile = isPath declaration || isString declaration;
  path = paths.text declaration;
  isJson = match ".*\\.json" path != null;
  name = paths.relative "declaration" path;
  written =
    if !isFile then
      declaration
    else
      # A file that can't be named is not read either.
      seq name (if isJson then fromJSON (readFile declaration) else import declaration);

  value =
    if isFunction written then
      throw ''
        lib.tailnet: the declaration is a function.
        It has to be called before it can be read: for instance
        `declaration = import ./tailnet.nix { inherit lib; };`.''
    else if isAttrs written then
      written
    else
      throw ''
        lib.tailnet: the declaration is no attribute set.
        It has to be one, or the path of a `.nix` or `.json` file that holds one.'';

  portable = import ./portable.nix { inherit paths; } value;
  positions = import ./positions.nix { inherit paths; } value;

  # The set below a name, empty where it is something else: tailwright says what is wrong with it.
  members =
    name:
    let
      set = value.${name} or { };
    in
    if isAttrs set then set else { };

  beginsIn = if isFile then name else positions.first;
  displayName = if beginsIn == null then "declaration" else beginsIn;
in
{
  # What the user wrote; an attribute set.
  inherit value;
  # The same as JSON can hold it: paths are texts relative to the root.
  inherit portable;

  # Names come from what was written, never from what was built.
  clusters = attrNames (members "clusters");
  nodes =
    let
      nodes = members "nodes";
    in
    builtins.filter (node: isAttrs nodes.${node} && nodes.${node}.os or null == "nixos") (
      attrNames nodes
    );

  # The file in which it begins, relative to the root; null where that is not known.
  inherit beginsIn;

  # The file relative to the root; null for a set.
  file = if isFile then name else null;

  # What tailwright is called with to read it from a folder `folder` that holds the user's files.
  arguments =
    folder:
    (
      if isFile then
        [ "${folder}/${name}" ]
      else
        [
          (toFile "declaration.json" (toJSON portable))
          "--positions"
          (toFile "positions.json" (toJSON positions.json))
        ]
    )
    ++ [
      "--root"
      folder
      "--display-name"
      displayName
    ];
}
