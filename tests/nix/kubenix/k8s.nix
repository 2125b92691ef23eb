# Kubernetes objects: `kubernetes.resources.<plural>.<name>`. Objects are merged at every depth,
# but which fields they have is not known here.
{
  config,
  lib,
  evaluation,
  ...
}:
let
  inherit (lib) mkOption types;
  cfg = config.kubernetes;
  kinds = import ./kinds.nix;
  object = import ./object.nix { inherit lib evaluation; };

  customTypes = builtins.attrValues cfg.customTypes;
  customByAttr = builtins.listToAttrs (
    map (custom: lib.nameValuePair custom.attrName custom) customTypes
  );
  kindOf =
    attrName:
    if customByAttr ? ${attrName} then
      {
        inherit (customByAttr.${attrName}) kind;
        apiVersion = "${customByAttr.${attrName}.group}/${customByAttr.${attrName}.version}";
      }
    else
      kinds.${attrName} or (throw "The option `kubernetes.api.resources.${attrName}' does not exist.");

  # Without nulls, and without names that begin with an underline.
  clean =
    value:
    if builtins.isAttrs value then
      builtins.mapAttrs (_: clean) (
        lib.filterAttrs (name: inner: inner != null && !(lib.hasPrefix "_" name)) value
      )
    else if builtins.isList value then
      map clean value
    else
      value;
  # The keys of ConfigMaps are not names of fields.
  data = lib.filterAttrs (_: value: value != null);
  cleanObject =
    object:
    clean object
    // lib.optionalAttrs (object.kind == "ConfigMap") (
      lib.optionalAttrs (object ? data) { data = data object.data; }
      // lib.optionalAttrs (object ? binaryData) { binaryData = data object.binaryData; }
    );

  finish =
    attrName: name: given:
    let
      found = kindOf attrName;
      known = [
        "apiVersion"
        "kind"
        "metadata"
        "spec"
      ];
      strangers = builtins.attrNames (removeAttrs given known);
      custom = customByAttr ? ${attrName};
    in
    if custom && strangers != [ ] then
      throw "The option `kubernetes.api.resources.${attrName}.${name}.${builtins.head strangers}' does not exist."
    else
      cleanObject (
        {
          inherit (found) apiVersion kind;
        }
        // lib.optionalAttrs custom { spec = { }; }
        // given
        // {
          metadata = {
            inherit name;
            inherit (cfg) namespace;
          }
          // given.metadata or { };
        }
      );
in
{
  imports = [ ./base.nix ];
  options.kubernetes = {
    version = mkOption {
      type = types.str;
      default = "1.36";
    };
    namespace = mkOption {
      type = types.nullOr types.str;
      default = null;
    };
    customTypes = mkOption {
      type = types.coercedTo (types.listOf types.attrs) (
        list: builtins.listToAttrs (map (one: lib.nameValuePair one.attrName one) list)
      ) (types.attrsOf (types.submodule ./custom-type.nix));
      default = { };
    };
    resources = mkOption {
      type = types.attrsOf (types.attrsOf types.unspecified) // {
        merge =
          loc: defs:
          (evaluation.mergeDefinitions loc (object.kinds (builtins.attrNames customByAttr)) defs).value;
      };
      default = { };
    };
    objects = mkOption {
      type = types.listOf types.attrs;
      default = [ ];
    };
  };
  config.kubernetes.objects = builtins.concatMap (
    attrName: lib.mapAttrsToList (finish attrName) cfg.resources.${attrName}
  ) (builtins.attrNames cfg.resources);
}
