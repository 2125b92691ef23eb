# What the tests want to know about evaluated modules of kubenix, as plain data. The same file
# reads the stand-in's configuration and that of genuine kubenix.
config:
let
  inherit (config) kubernetes;
  instances = config.submodules.instances;
  # What kubenix writes about itself.
  own = name: builtins.match "kubenix/.*" name != null;
  without =
    set: part:
    let
      names = builtins.filter (name: !(own name)) (builtins.attrNames (set.${part} or { }));
    in
    removeAttrs set [ part ]
    // (
      if names == [ ] && set ? ${part} && set.${part} != { } then
        { }
      else if !(set ? ${part}) then
        { }
      else
        { ${part} = removeAttrs set.${part} (builtins.filter own (builtins.attrNames set.${part})); }
    );
  plain =
    object:
    object
    // {
      metadata = without (without object.metadata "annotations") "labels";
    };
  releasesOf = builtins.mapAttrs (
    _: release: {
      inherit (release) name namespace values;
      chart = release.chart.name;
    }
  );
in
{
  objects = map plain kubernetes.objects;
  # Values of every chart, by the name of the instance; those outside of an instance by "".
  releases = {
    "" = releasesOf kubernetes.helm.releases;
  }
  // builtins.mapAttrs (
    _: instance: releasesOf (instance.config.kubernetes.helm.releases or { })
  ) instances;
}
