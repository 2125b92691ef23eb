# What the tests want to know about evaluated modules of kubenix, as plain data. The same file
# reads the stand-in's configuration and that of genuine kubenix.
config:
let
  inherit (config) kubernetes;
  inherit (config.submodules) instances;
  # What kubenix writes about itself would differ with its release.
  isOwn = name: builtins.match "kubenix/.*" name != null;
  without =
    metadata: part:
    let
      found = metadata.${part} or { };
      names = builtins.attrNames found;
      own = builtins.filter isOwn names;
    in
    if own == [ ] then
      metadata
    else if own == names then
      removeAttrs metadata [ part ]
    else
      metadata // { ${part} = removeAttrs found own; };
  plain = object: object // { metadata = without (without object.metadata "annotations") "labels"; };
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
