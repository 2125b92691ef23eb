# Option types: what a value has to look like (`check`, of its outermost layer) and how several
# definitions of one option become one value (`merge`). `name` is nixpkgs' name of the type.
{ lib }:
let
  inherit (builtins)
    all
    any
    concatMap
    elem
    filter
    head
    isAttrs
    isBool
    isFloat
    isFunction
    isInt
    isList
    isString
    length
    map
    tail
    ;
  inherit (lib) showOption;

  modules = import ./modules.nix { inherit lib; };
  inherit (modules) showDefs mergeDefinitions evalModules;

  advice = "Use `lib.mkForce value` or `lib.mkDefault value` to change the priority on any of these definitions.";

  equal =
    loc: defs:
    let
      first = (head defs).value;
    in
    if all (def: def.value == first) defs then
      first
    else
      throw "The option `${showOption loc}' has conflicting definition values:${showDefs defs}\n${advice}";

  single =
    loc: defs:
    if length defs == 1 then
      (head defs).value
    else
      throw "The option `${showOption loc}' is defined multiple times while it's expected to be unique.${showDefs defs}\n${advice}";

  simple = name: check: {
    inherit name check;
    merge = equal;
  };

  joined = separator: {
    name = "separatedString";
    check = isString;
    merge = _: defs: builtins.concatStringsSep separator (map (def: def.value) defs);
  };

  isStringLike = value: isString value || builtins.isPath value || value ? outPath;

  types = {
    bool = simple "bool" isBool;
    int = simple "int" isInt;
    float = simple "float" isFloat;
    str = simple "str" isString;
    port = simple "unsignedInt16" (value: isInt value && value >= 0 && value <= 65535);
    path = simple "path" (value: isStringLike value && builtins.substring 0 1 (toString value) == "/");
    package = {
      name = "package";
      check = value: isAttrs value && value ? outPath;
      merge = single;
    };
    nonEmptyStr = simple "nonEmptyStr" (
      value: isString value && builtins.match "[ \t\n]*" value == null
    );
    strMatching =
      pattern: simple "strMatching" (value: isString value && builtins.match pattern value != null);
    lines = joined "\n";
    separatedString = joined;
    commas = joined ",";
    raw = {
      name = "raw";
      check = _: true;
      merge = single;
    };
    unspecified = {
      name = "unspecified";
      check = _: true;
      merge =
        loc: defs:
        if all (def: isList def.value) defs then
          concatMap (def: def.value) defs
        else if all (def: isAttrs def.value) defs then
          builtins.foldl' (merged: def: merged // def.value) { } defs
        else
          single loc defs;
    };
    attrs = {
      name = "attrs";
      check = isAttrs;
      merge = _: builtins.foldl' (merged: def: merged // def.value) { };
    };
    enum = values: simple "enum" (value: elem value values);

    # `subOptions`: names of the options inside of a value, for the comparison with nixpkgs.
    nullOr = inner: {
      name = "nullOr";
      subOptions = inner.subOptions or [ ];
      check = value: value == null || inner.check value;
      merge =
        loc: defs:
        let
          nulls = filter (def: def.value == null) defs;
        in
        if nulls == [ ] then
          inner.merge loc defs
        else if length nulls == length defs then
          null
        else
          throw "The option `${showOption loc}' is defined both null and not null:${showDefs defs}";
    };

    listOf = inner: {
      name = "listOf";
      subOptions = inner.subOptions or [ ];
      check = isList;
      merge =
        loc: defs:
        map (entry: entry.value) (
          filter (entry: entry.isDefined) (
            concatMap (
              def:
              lib.imap1 (
                n: value:
                mergeDefinitions (loc ++ [ "[definition entry ${toString n}]" ]) inner [
                  {
                    inherit (def) file;
                    inherit value;
                  }
                ]
              ) def.value
            ) defs
          )
        );
    };

    attrsOf = inner: {
      name = "attrsOf";
      subOptions = inner.subOptions or [ ];
      check = isAttrs;
      merge =
        loc: defs:
        builtins.mapAttrs (_: entry: entry.value) (
          lib.filterAttrs (_: entry: entry.isDefined) (
            builtins.zipAttrsWith (name: mergeDefinitions (loc ++ [ name ]) inner) (
              map (
                def:
                builtins.mapAttrs (_: value: {
                  inherit (def) file;
                  inherit value;
                }) def.value
              ) defs
            )
          )
        );
    };

    either = left: right: {
      name = "either";
      check = value: left.check value || right.check value;
      merge =
        loc: defs:
        if all (def: left.check def.value) defs then
          left.merge loc defs
        else if all (def: right.check def.value) defs then
          right.merge loc defs
        else
          single loc defs;
    };
    oneOf = alternatives: builtins.foldl' types.either (head alternatives) (tail alternatives);

    coercedTo = from: convert: to: {
      name = "coercedTo";
      check = value: (from.check value && to.check (convert value)) || to.check value;
      merge =
        loc: defs:
        to.merge loc (
          map (def: if from.check def.value then def // { value = convert def.value; } else def) defs
        );
    };

    # `declared`: a module, a function to one, or a list of them.
    submodule = declared: {
      name = "submodule";
      subOptions =
        builtins.attrNames
          (evalModules {
            args.name = "name";
            modules = lib.toList declared;
          }).options;
      check = value: isAttrs value || isFunction value || builtins.isPath value;
      merge =
        loc: defs:
        (evalModules {
          prefix = loc;
          args = {
            name = lib.last loc;
          };
          modules =
            lib.toList declared
            ++ map (
              def:
              if isAttrs def.value then
                {
                  _file = def.file;
                  config = def.value;
                }
              else
                def.value
            ) defs;
        }).config;
    };

    # Values of unit files and of resolved.conf: one list makes the whole a list.
    unitOption = {
      name = "systemd option";
      check = _: true;
      merge =
        loc: defs:
        if any (def: isList def.value) defs then
          concatMap (def: lib.toList def.value) defs
        else
          equal loc defs;
    };

    sysctlOption = {
      name = "sysctl option value";
      check = value: isBool value || isString value || isInt value || value == null;
      merge = single;
    };
  };
in
types
