# What every module of kubenix has.
{ lib, name, ... }:
{
  options = {
    kubenix.project = lib.mkOption {
      type = lib.types.str;
      default = "kubenix";
    };
    # For modules that ask it for their instance's name.
    _module.args = lib.mkOption {
      type = lib.types.attrs;
      default = { inherit name; };
    };
  };
}
