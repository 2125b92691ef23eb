# Where the attributes of a declaration were written, in the format of
# src/declaration/positions.rs. Nix knows positions of attributes alone: elements of lists, and sets
# that were rebuilt, have those of what is around them.
{ paths }:
value:
let
  inherit (builtins)
    attrNames
    concatMap
    elemAt
    filter
    genList
    head
    isAttrs
    isList
    length
    listToAttrs
    mapAttrs
    unsafeGetAttrPos
    ;

  # What portable.nix turns into a text has no attributes.
  isSet = value: isAttrs value && !(value ? outPath || value ? __toString);
  keys =
    names:
    listToAttrs (
      map (name: {
        inherit name;
        value = null;
      }) names
    );

  # The files of all attributes, as Nix calls them, in the order of the walk.
  rawFiles =
    value:
    if isSet value then
      concatMap (
        name:
        let
          position = unsafeGetAttrPos name value;
        in
        (if position == null then [ ] else [ (paths.text position.file) ]) ++ rawFiles value.${name}
      ) (attrNames value)
    else if isList value then
      concatMap rawFiles value
    else
      [ ];
  # As people call them; null for those that are nobody's.
  all = rawFiles value;
  shown = mapAttrs (file: _: paths.shown file) (keys all);
  known = filter (file: shown.${file} != null) all;
  # The first one stands for the declaration as a whole.
  first = if known == [ ] then null else shown.${head known};
  files = [
    (if first == null then "declaration" else first)
  ]
  ++ filter (file: file != first) (attrNames (keys (map (file: shown.${file}) known)));
  indices = listToAttrs (
    genList (n: {
      name = elemAt files n;
      value = n;
    }) (length files)
  );

  numbers =
    position:
    let
      file = shown.${paths.text position.file};
    in
    if position == null || file == null then
      [ ]
    else
      [
        indices.${file}
        position.line
        position.column
      ];
  node =
    at: value:
    at
    ++ (
      if isSet value then
        [ (mapAttrs (name: node (numbers (unsafeGetAttrPos name value))) value) ]
      else if isList value then
        [ (map (node [ ]) value) ]
      else
        [ ]
    );
in
{
  # The file in which the declaration begins; null where Nix knows no position.
  inherit first;
  json = {
    version = 1;
    inherit files;
    positions = node [ ] value;
  };
}
