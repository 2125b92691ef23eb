# What a module has to have that others make instances of. It declares its arguments itself,
# below `options.submodule.args`.
{ lib, ... }:
let
  inherit (lib) mkOption types;
in
{
  imports = [ ./base.nix ];
  options.submodule = {
    name = mkOption { type = types.str; };
    description = mkOption {
      type = types.str;
      default = "";
    };
    version = mkOption {
      type = types.str;
      default = "1.0.0";
    };
    passthru = mkOption {
      type = types.attrs;
      default = { };
    };
  };
}
