# The user's files that a declaration names, as one folder of the store. Nothing else of his sources
# is in it, so that no other change of them builds the tree again. A file that is not there is left
# out: what that means is for tailwright to say.
{ paths, read }:
let
  inherit (builtins)
    attrNames
    concatMap
    filter
    isAttrs
    isList
    isString
    listToAttrs
    match
    path
    ;

  # The attributes of the language whose value is a path below the root.
  attributes = [
    "file"
    "policy"
  ];
  named =
    value:
    if isAttrs value then
      filter isString (map (name: value.${name} or null) attributes)
      ++ concatMap (name: named value.${name}) (attrNames value)
    else if isList value then
      concatMap named value
    else
      [ ];

  # A path and the folders above it.
  andAbove =
    path:
    let
      parent = match "(.*)/[^/]*" path;
    in
    [ path ] ++ (if parent == null then [ ] else concatMap andAbove parent);

  wanted = listToAttrs (
    map (name: {
      inherit name;
      value = null;
    }) (concatMap andAbove (named read.portable ++ (if read.file == null then [ ] else [ read.file ])))
  );
in
path {
  name = "tailwright-root";
  path = paths.rootPath;
  filter = file: _type: wanted ? ${paths.below file};
}
