# Paths as texts. A path value that is left alone turns into a path of the store.
{ root }:
let
  inherit (builtins)
    concatStringsSep
    elemAt
    filter
    genList
    isPath
    isString
    length
    split
    storeDir
    stringLength
    substring
    unsafeDiscardStringContext
    ;

  text = value: unsafeDiscardStringContext (toString value);
  hasPrefix = prefix: value: substring 0 (stringLength prefix) value == prefix;
  parts = path: filter (part: isString part && part != "") (split "/" path);
  drop = count: list: genList (n: elemAt list (n + count)) (length list - count);

  top = text root;

  # The place in the store that a path is in; null elsewhere.
  storeObject =
    path:
    if hasPrefix "${storeDir}/" path then
      elemAt (parts (substring (stringLength storeDir) (-1) path)) 0
    else
      null;

  # How many components two lists have in common at their beginning.
  shared =
    a: b: count:
    if count < length a && count < length b && elemAt a count == elemAt b count then
      shared a b (count + 1)
    else
      count;
in
rec {
  inherit text;

  # The root as a path value, whatever it was given as.
  rootPath = if isPath root then root else /. + top;

  # Whether a path is below the root, or the root itself.
  isBelow = path: path == top || hasPrefix "${top}/" path;

  # A path below the root, relative to it.
  below = path: if path == top then "." else substring (stringLength top + 1) (-1) path;

  # What people call a file, as seen from the root; null for a file that is not in the same source.
  shown =
    path:
    let
      from = parts top;
      to = parts path;
      common = shared from to 0;
    in
    if isBelow path then
      below path
    else if hasPrefix "/" path && storeObject path == storeObject top then
      concatStringsSep "/" (genList (_: "..") (length from - common) ++ drop common to)
    else
      null;

  # The text of a path value that the user wrote at `at`.
  relative =
    at: path:
    if isBelow path then
      below path
    else
      throw ''
        lib.tailnet: `${at}` is a path outside of `root`: ${path} is not below ${top}.
        Generated modules name files relative to `root`, and would not find this one.
        Move the file below `root`, or give a `root` further up.'';
}
