# How several definitions of one Kubernetes object become one object: attribute sets field by
# field, lists with a merge key element by element, other lists one after the other; anything
# else has to be equal. A list with a merge key may also be given as an attribute set.
{ lib, evaluation }:
let
  inherit (builtins)
    all
    any
    attrNames
    elem
    isAttrs
    isList
    ;
  inherit (evaluation) mergeDefinitions;
  inherit (lib) showOption;

  # Fields that are such lists, wherever they stand: the key, and what stands in for it.
  keyedAnywhere =
    builtins.mapAttrs
      (_: key: {
        inherit key;
        otherwise = [ ];
      })
      {
        containers = "name";
        env = "name";
        ephemeralContainers = "name";
        hostAliases = "ip";
        httpHeaders = "name";
        imagePullSecrets = "name";
        initContainers = "name";
        ownerReferences = "uid";
        subjects = "name";
        sysctls = "name";
        volumeDevices = "devicePath";
        volumeMounts = "mountPath";
        volumes = "name";
      };
  # `path`: names of fields from the kind on; an element of a list is "*".
  keyed =
    path:
    let
      field = lib.last path;
      of = otherwise: {
        key = "name";
        inherit otherwise;
      };
    in
    if keyedAnywhere ? ${field} then
      keyedAnywhere.${field}
    else if
      path == [
        "services"
        "spec"
        "ports"
      ]
    then
      of [
        "port"
        "protocol"
      ]
    else if
      field == "ports"
      && any (name: elem name path) [
        "containers"
        "initContainers"
      ]
    then
      of [
        "containerPort"
        "protocol"
      ]
    else if field == "options" && elem "dnsConfig" path then
      of [ ]
    else if
      path == [
        "serviceAccounts"
        "secrets"
      ]
    then
      of [ ]
    else
      null;

  isValue =
    value:
    value == null
    || isList value
    || (isAttrs value && !(value ? outPath))
    || builtins.isString value
    || builtins.isBool value
    || builtins.isInt value
    || builtins.isFloat value;

  # Fields with their own types.
  fields =
    typeOf: loc: defs:
    builtins.mapAttrs (_: entry: entry.value) (
      lib.filterAttrs (_: entry: entry.isDefined) (
        builtins.zipAttrsWith (name: mergeDefinitions (loc ++ [ name ]) (typeOf name)) (
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

  byKey =
    loc: found: values:
    let
      nameOf =
        value:
        if !isAttrs value || value ? _type then
          throw "`${showOption loc}' holds an element that kubenix can't tell apart from the others: lib.mkIf and the like go around the list."
        else if value ? ${found.key} then
          toString value.${found.key}
        else
          "__kubenix_list_merge_key_"
          + lib.concatMapStrings (
            key:
            toString (
              value.${key}
                or (throw "An element of `${showOption loc}' has neither `${found.key}' nor `${key}', by which kubenix tells elements apart.")
            )
          ) found.otherwise;
      names = map nameOf values;
    in
    if lib.unique names != names then
      throw "`${showOption loc}' has several elements with one `${found.key}' (${lib.concatStringsSep ", " names}): kubenix would lose all but one."
    else
      builtins.listToAttrs (
        lib.imap1 (
          position: value: lib.nameValuePair (nameOf value) (value // { _priority = position; })
        ) values
      );

  elements =
    found: path: loc: defs:
    let
      merged = fields (_: field (path ++ [ "*" ])) loc (
        map (def: if isList def.value then def // { value = byKey loc found def.value; } else def) defs
      );
      named = lib.mapAttrsToList (
        name: element:
        lib.optionalAttrs (!(lib.hasPrefix "__kubenix_list_merge_key_" name)) { ${found.key} = name; }
        // element
      ) merged;
    in
    lib.sort (a: b: a ? _priority && b ? _priority && a._priority < b._priority) named;

  field = path: {
    name = "a part of a Kubernetes object";
    check = isValue;
    merge =
      loc: defs:
      let
        found = keyed path;
        nulls = builtins.filter (def: def.value == null) defs;
      in
      if nulls != [ ] then
        (lib.types.nullOr lib.types.raw).merge loc defs
      else if found != null && all (def: isList def.value || isAttrs def.value) defs then
        elements found path loc defs
      else if all (def: isAttrs def.value) defs then
        fields (name: field (path ++ [ name ])) loc defs
      else if all (def: isList def.value) defs then
        (lib.types.listOf (field (path ++ [ "*" ]))).merge loc defs
      else
        lib.types.str.merge loc defs;
  };

  # kubenix does not look into the specifications of kinds that it does not know.
  plain =
    loc: value:
    if isAttrs value then
      if value ? _type then
        throw "`${showOption loc}' is a property inside of a custom kind's spec, where kubenix does not evaluate any."
      else
        builtins.mapAttrs (name: plain (loc ++ [ name ])) value
    else if isList value then
      map (plain loc) value
    else
      value;
  custom = {
    name = "an object of a custom kind";
    check = isAttrs;
    merge = fields (
      name:
      if name == "spec" then
        field [ name ]
        // {
          merge =
            loc: defs: (field [ name ]).merge loc (map (def: def // { value = plain loc def.value; }) defs);
        }
      else
        field [ name ]
    );
  };
in
{
  # `customKinds`: names of the kinds that Kubernetes has not got.
  kinds =
    customKinds:
    let
      of = typeOf: {
        name = "attrsOf";
        check = isAttrs;
        merge = fields typeOf;
      };
    in
    of (kind: of (_: if elem kind customKinds then custom else field [ kind ]));
}
