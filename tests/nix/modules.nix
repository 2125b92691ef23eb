# Evaluates modules the way NixOS does: imports, properties (mkIf, mkMerge, mkOverride, mkOrder),
# priorities, merging by option type, and an error for an option that nobody declared.
{ lib }:
let
  inherit (builtins)
    attrNames
    concatMap
    filter
    genericClosure
    isAttrs
    isFunction
    isList
    isPath
    length
    map
    mapAttrs
    zipAttrsWith
    ;
  inherit (lib) isOption showOption;

  typeOf = value: if isAttrs value then value._type or null else null;

  # Values that hold others are not shown in depth: forcing them might fail in its own way.
  showValue =
    value:
    if isAttrs value && !(value ? outPath) then
      "{ ${builtins.concatStringsSep "; " (attrNames value)} }"
    else if isList value then
      "[ ${builtins.concatStringsSep " " (map showValue value)} ]"
    else if isFunction value then
      "<function>"
    else
      builtins.toJSON value;
  showDefs = lib.concatMapStrings (def: "\n- In `${def.file}': ${showValue def.value}");

  asModule =
    key: file: args: module:
    if isPath module || builtins.isString module then
      asModule (toString module) (toString module) args (import module)
    else if isFunction module then
      asModule key file args (module args)
    else if !isAttrs module then
      throw "Module `${file}' is neither a set nor a function"
    else
      let
        explicit = module ? config || module ? options;
        allowed = [
          "_file"
          "key"
          "imports"
          "config"
          "options"
          "freeformType"
        ];
        strangers = attrNames (removeAttrs module allowed);
        origin = module._file or file;
      in
      if explicit && strangers != [ ] then
        throw "Module `${origin}' has an unsupported attribute `${builtins.head strangers}'. This is caused by introducing a top-level `config' or `options' attribute."
      else
        {
          inherit key;
          file = origin;
          imports = lib.imap1 (
            n: asModule "${key}:import-${toString n}" "${origin}:import-${toString n}" args
          ) (module.imports or [ ]);
          options = module.options or { };
          freeform = module.freeformType or null;
          config =
            if explicit then
              module.config or { }
            else if typeOf module != null then
              module
            else
              removeAttrs module allowed;
        };

  # The definitions inside a property, with its conditions left unevaluated: only attribute
  # names are needed to find out which options are meant.
  pushDown =
    value:
    if typeOf value == "merge" then
      concatMap pushDown value.contents
    else if typeOf value == "if" then
      map (mapAttrs (_: lib.mkIf value.condition)) (pushDown value.content)
    else if typeOf value == "override" then
      map (mapAttrs (_: lib.mkOverride value.priority)) (pushDown value.content)
    else
      [ value ];

  discharge =
    value:
    if typeOf value == "merge" then
      concatMap discharge value.contents
    else if typeOf value == "if" then
      (if value.condition then discharge value.content else [ ])
    else
      [ value ];

  mergeDefinitions =
    loc: type: defs:
    let
      present = concatMap (
        def:
        map (value: {
          inherit (def) file;
          inherit value;
        }) (discharge def.value)
      ) defs;
      priorityOf = def: if typeOf def.value == "override" then def.value.priority else 100;
      best = builtins.foldl' (
        low: def: if priorityOf def < low then priorityOf def else low
      ) 9999 present;
      winners = map (
        def: if typeOf def.value == "override" then def // { value = def.value.content; } else def
      ) (filter (def: priorityOf def == best) present);
      orderOf = def: if typeOf def.value == "order" then def.value.priority else 1000;
      ordered = map (
        def: if typeOf def.value == "order" then def // { value = def.value.content; } else def
      ) (builtins.sort (a: b: orderOf a < orderOf b) winners);
      wrong = filter (def: !type.check def.value) ordered;
    in
    {
      isDefined = present != [ ];
      priority = best;
      definitions = ordered;
      value =
        if present == [ ] then
          throw "The option `${showOption loc}' was accessed but has no value defined. Try setting the option."
        else if wrong != [ ] then
          throw "A definition for option `${showOption loc}' is not of type `${type.name}'. Definition values:${showDefs wrong}"
        else
          type.merge loc ordered;
    };

  evalOption =
    loc: declared: defs:
    let
      default = lib.optional (declared ? default) {
        file = "the default";
        value = lib.mkOptionDefault declared.default;
      };
      merged = mergeDefinitions loc (declared.type or lib.types.unspecified) (default ++ defs);
      apply = declared.apply or lib.id;
    in
    declared
    // {
      inherit loc;
      inherit (merged) isDefined definitions;
      highestPrio = merged.priority;
      value =
        if (declared.readOnly or false) && length defs > 1 then
          throw "The option `${showOption loc}' is read-only, but it's set multiple times:${showDefs defs}"
        else
          apply merged.value;
    };

  # One level of the option tree. `declared`: option trees; `defs`: definitions of this level.
  evalLevel =
    loc: declared: defs:
    let
      declaredBy = zipAttrsWith (_: trees: trees) declared;
      definedBy = zipAttrsWith (_: found: found) (
        concatMap (
          def:
          map (
            set:
            if isAttrs set then
              mapAttrs (_: value: {
                inherit (def) file;
                inherit value;
              }) set
            else
              throw "In `${def.file}': `${showOption loc}' holds options and can't be given the value ${showValue set}"
          ) (pushDown def.value)
        ) defs
      );
      children = mapAttrs (
        name: trees:
        let
          here = loc ++ [ name ];
          found = definedBy.${name} or [ ];
        in
        if isOption (builtins.head trees) then
          if length trees > 1 then
            throw "The option `${showOption here}' is already declared"
          else
            let
              option = evalOption here (builtins.head trees) found;
            in
            {
              config = option.value;
              options = option;
              strangers = [ ];
            }
        else
          evalLevel here trees found
      ) declaredBy;
      unknown = removeAttrs definedBy (attrNames declaredBy);
    in
    {
      config = mapAttrs (_: child: child.config) children;
      options = mapAttrs (_: child: child.options) children;
      strangers =
        concatMap (name: children.${name}.strangers) (attrNames children)
        ++ concatMap (
          name:
          map (def: {
            loc = loc ++ [ name ];
            inherit (def) file value;
          }) unknown.${name}
        ) (attrNames unknown);
    };

  removeOption =
    tree: path:
    let
      name = builtins.head path;
    in
    if !(tree ? ${name}) then
      tree
    else if length path == 1 then
      removeAttrs tree [ name ]
    else
      tree // { ${name} = removeOption tree.${name} (builtins.tail path); };

  # `absent`: paths of options to take away, as on a NixOS that has not got them.
  evalModules =
    {
      modules,
      args ? { },
      prefix ? [ ],
      absent ? [ ],
    }:
    let
      moduleArgs = {
        inherit lib;
        inherit (tree) options;
        inherit config;
      }
      // args;
      collected = genericClosure {
        startSet = lib.imap1 (
          n: asModule "module-${toString n}" "<module ${toString n}>" moduleArgs
        ) modules;
        operator = module: module.imports;
      };
      # NixOS takes the last module's definitions first; lists and lines come out in that order.
      ordered = lib.reverseList collected;
      freeforms = filter (type: type != null) (map (module: module.freeform) ordered);
      tree = evalLevel prefix (map (module: builtins.foldl' removeOption module.options absent) ordered) (
        map (module: {
          inherit (module) file;
          value = module.config;
        }) ordered
      );
      stranger = builtins.head tree.strangers;
      # A free-form type takes the definitions of options that nobody declared, at any depth.
      free =
        (mergeDefinitions prefix (builtins.head freeforms) (
          map (found: {
            inherit (found) file;
            value = lib.setAttrByPath (lib.drop (length prefix) found.loc) found.value;
          }) tree.strangers
        )).value;
      config =
        if tree.strangers == [ ] || freeforms == [ ] then
          tree.config
        else
          lib.recursiveUpdate free tree.config;
    in
    {
      inherit (tree) options;
      config =
        if tree.strangers == [ ] || freeforms != [ ] then
          config
        else
          throw "The option `${showOption stranger.loc}' does not exist. Definition values:\n- In `${stranger.file}'";
    };
in
{
  inherit evalModules mergeDefinitions showDefs;
}
