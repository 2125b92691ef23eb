# The part of nixpkgs' `lib` that generated modules may use, with the same names and meaning.
# A function that is missing here is missing on purpose: generated code should not need it.
let
  inherit (builtins)
    attrNames
    concatLists
    concatStringsSep
    elemAt
    filter
    foldl'
    genList
    isAttrs
    isList
    length
    listToAttrs
    map
    removeAttrs
    replaceStrings
    stringLength
    substring
    ;

  # Property wrappers: the module evaluation in modules.nix takes them apart again.
  mkOverride = priority: content: {
    _type = "override";
    inherit priority content;
  };
  mkOrder = priority: content: {
    _type = "order";
    inherit priority content;
  };

  lib = {
    inherit (builtins)
      all
      any
      attrNames
      attrValues
      concatLists
      concatMap
      concatStringsSep
      elem
      elemAt
      filter
      foldl'
      functionArgs
      genList
      head
      isAttrs
      isBool
      isFloat
      isFunction
      isInt
      isList
      isString
      length
      listToAttrs
      mapAttrs
      removeAttrs
      replaceStrings
      splitVersion
      stringLength
      substring
      tail
      toJSON
      trace
      ;

    types = import ./types.nix { inherit lib; };

    mkIf = condition: content: {
      _type = "if";
      inherit condition content;
    };
    mkMerge = contents: {
      _type = "merge";
      inherit contents;
    };
    inherit mkOverride mkOrder;
    mkOptionDefault = mkOverride 1500;
    mkDefault = mkOverride 1000;
    mkForce = mkOverride 50;
    mkVMOverride = mkOverride 10;
    mkBefore = mkOrder 500;
    mkAfter = mkOrder 1500;

    mkOption = attrs: attrs // { _type = "option"; };
    isOption = value: isAttrs value && (value._type or "") == "option";
    mkEnableOption =
      name:
      lib.mkOption {
        type = lib.types.bool;
        default = false;
        description = "Whether to enable ${name}.";
      };
    literalExpression = text: {
      _type = "literalExpression";
      inherit text;
    };
    literalMD = text: {
      _type = "literalMD";
      inherit text;
    };

    id = x: x;
    const = x: _: x;
    flip =
      f: a: b:
      f b a;
    optional = condition: value: if condition then [ value ] else [ ];
    optionals = condition: values: if condition then values else [ ];
    optionalAttrs = condition: set: if condition then set else { };
    optionalString = condition: text: if condition then text else "";
    toList = value: if isList value then value else [ value ];
    boolToString = value: if value then "true" else "false";
    assertMsg = condition: message: if condition then true else throw message;
    warn = message: value: builtins.trace "warning: ${message}" value;
    warnIf = condition: message: if condition then lib.warn message else lib.id;

    imap1 = f: values: genList (n: f (n + 1) (elemAt values n)) (length values);
    subtractLists = taken: filter (x: !builtins.elem x taken);
    unique = foldl' (seen: x: if builtins.elem x seen then seen else seen ++ [ x ]) [ ];
    last = values: elemAt values (length values - 1);
    drop = count: values: genList (n: elemAt values (n + count)) (length values - count);
    flatten = value: if isList value then builtins.concatMap lib.flatten value else [ value ];
    forEach = values: f: map f values;
    range = first: end: if first > end then [ ] else genList (n: first + n) (end - first + 1);
    sort = builtins.sort;
    reverseList = values: genList (n: elemAt values (length values - n - 1)) (length values);

    nameValuePair = name: value: { inherit name value; };
    mapAttrsToList = f: set: map (name: f name set.${name}) (attrNames set);
    mapAttrs' = f: set: listToAttrs (lib.mapAttrsToList f set);
    filterAttrs =
      keep: set:
      listToAttrs (
        map (name: lib.nameValuePair name set.${name}) (
          filter (name: keep name set.${name}) (attrNames set)
        )
      );
    genAttrs = names: f: listToAttrs (map (name: lib.nameValuePair name (f name)) names);
    hasAttrByPath =
      path: set:
      path == [ ]
      || (
        isAttrs set
        && set ? ${builtins.head path}
        && lib.hasAttrByPath (builtins.tail path) set.${builtins.head path}
      );
    attrByPath =
      path: default: set:
      if path == [ ] then
        set
      else if isAttrs set && set ? ${builtins.head path} then
        lib.attrByPath (builtins.tail path) default set.${builtins.head path}
      else
        default;
    setAttrByPath =
      path: value:
      if path == [ ] then
        value
      else
        { ${builtins.head path} = lib.setAttrByPath (builtins.tail path) value; };
    recursiveUpdate =
      left: right:
      if isAttrs left && isAttrs right then
        left
        // builtins.mapAttrs (
          name: value: if left ? ${name} then lib.recursiveUpdate left.${name} value else value
        ) right
      else
        right;

    concatStrings = concatStringsSep "";
    concatMapStrings = f: values: lib.concatStrings (map f values);
    concatMapStringsSep =
      separator: f: values:
      concatStringsSep separator (map f values);
    concatLines = lib.concatMapStrings (line: line + "\n");
    splitString =
      separator: text: filter builtins.isString (builtins.split (lib.escapeRegex separator) text);
    escapeRegex = lib.escape [
      "\\"
      "^"
      "$"
      "."
      "|"
      "?"
      "*"
      "+"
      "("
      ")"
      "["
      "]"
      "{"
      "}"
    ];
    escape = chars: replaceStrings chars (map (c: "\\${c}") chars);
    hasPrefix = prefix: text: substring 0 (stringLength prefix) text == prefix;
    hasSuffix =
      suffix: text:
      let
        rest = stringLength text - stringLength suffix;
      in
      rest >= 0 && substring rest (stringLength suffix) text == suffix;
    hasInfix = infix: text: length (lib.splitString infix text) > 1;
    removePrefix =
      prefix: text:
      if lib.hasPrefix prefix text then
        substring (stringLength prefix) (stringLength text - stringLength prefix) text
      else
        text;
    removeSuffix =
      suffix: text:
      if lib.hasSuffix suffix text then
        substring 0 (stringLength text - stringLength suffix) text
      else
        text;
    escapeShellArg =
      value:
      let
        text = toString value;
      in
      if builtins.match "[[:alnum:],._+:@%/-]+" text != null then
        text
      else
        "'${replaceStrings [ "'" ] [ "'\\''" ] text}'";
    escapeShellArgs = lib.concatMapStringsSep " " lib.escapeShellArg;
    versionOlder = left: right: builtins.compareVersions right left == 1;
    versionAtLeast = left: right: !(lib.versionOlder left right);
    getExe = package: "${package}/bin/${package.meta.mainProgram or package.name}";
    getExe' = package: program: "${package}/bin/${program}";

    showOption = concatStringsSep ".";

    # The same functions by the longer names.
    strings = {
      inherit (lib)
        concatLines
        concatMapStrings
        concatMapStringsSep
        concatStrings
        concatStringsSep
        escapeShellArg
        escapeShellArgs
        hasInfix
        hasPrefix
        hasSuffix
        optionalString
        removePrefix
        removeSuffix
        splitString
        toJSON
        ;
    };
    lists = {
      inherit (lib)
        concatLists
        concatMap
        optional
        optionals
        toList
        subtractLists
        unique
        ;
    };
    attrsets = {
      inherit (lib)
        filterAttrs
        genAttrs
        mapAttrsToList
        nameValuePair
        optionalAttrs
        recursiveUpdate
        ;
    };
  };
in
lib
