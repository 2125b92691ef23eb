# Programs whose expressions need the Haskell package set, which a slim nixpkgs tree leaves out.
# They only check scripts and make manual pages: no option, unit or configuration file changes.
final: _:
let
  absent = final.hello // {
    compiler.bootstrapAvailable = false;
  };
in
{
  shellcheck = absent;
  shellcheck-minimal = absent;
  pandoc = absent;
  pandoc_3 = absent;
}
