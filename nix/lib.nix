# The library of the flake. `packagesFor system` gives the packages that it uses on a system; it is
# asked when something is built, not when modules are taken from a committed tree.
{ packagesFor }:
{
  tailnet = import ./lib/tailnet.nix { inherit packagesFor; };
}
