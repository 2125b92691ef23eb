# A kind of object that Kubernetes itself has not got.
{ lib, ... }:
{
  options =
    lib.genAttrs
      [
        "attrName"
        "group"
        "kind"
        "version"
      ]
      (
        _:
        lib.mkOption {
          type = lib.types.str;
        }
      )
    // {
      name = lib.mkOption {
        type = lib.types.nullOr lib.types.str;
        default = null;
      };
      description = lib.mkOption {
        type = lib.types.str;
        default = "";
      };
    };
}
