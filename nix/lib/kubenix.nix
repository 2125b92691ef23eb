# The kubenix modules of each cluster, and the plain attribute sets. Names of clusters come from the
# declaration, those of apps from the folders of the tree.
{ generated, read }:
let
  inherit (builtins)
    attrNames
    concatMap
    elem
    filter
    head
    listToAttrs
    match
    pathExists
    readDir
    ;

  byName =
    names: make:
    listToAttrs (
      map (name: {
        inherit name;
        value = make name;
      }) names
    );
  # The part of a file's name that a pattern captures, for those that it fits.
  captured =
    pattern:
    concatMap (
      name:
      let
        found = match pattern name;
      in
      if found == null then [ ] else [ (head found) ]
    );

  folderOf = cluster: generated + "/kubenix/${cluster}";
  filesIn = folder: if pathExists folder then attrNames (readDir folder) else [ ];

  # The apps whose mapping is there as a plain set. An app may have a name that looks like one: then
  # it has a configuration.
  mappingsIn =
    files:
    filter (name: !elem "${name}-conditional-config.nix" files) (
      captured "(.*)-conditional\\.nix" files
    );

  # The modules of a folder: each app with the modules of its configuration and of its secrets.
  modulesIn =
    folder:
    let
      files = filesIn folder;
      mappings = map (name: "${name}-conditional") (mappingsIn files);
      names = filter (name: !elem name mappings) (captured "(.*)\\.nix" files);
      configurations =
        name:
        filter (file: elem file files) [
          "${name}-config.nix"
          "${name}-secrets.enc.nix"
        ];
      isConfiguration =
        name:
        let
          app = match "(.*)-(config|secrets\\.enc)" name;
        in
        app != null && elem (head app) names;
    in
    byName (filter (name: !isConfiguration name) names) (name: {
      imports = map (file: folder + "/${file}") ([ "${name}.nix" ] ++ configurations name);
    });

  modulesOf =
    cluster:
    let
      folder = folderOf cluster;
    in
    modulesIn (folder + "/system")
    // modulesIn (folder + "/apps")
    // (if pathExists (folder + "/default.nix") then { default.imports = [ folder ]; } else { });

  appsOf =
    cluster:
    let
      folder = folderOf cluster + "/apps";
    in
    byName (mappingsIn (filesIn folder)) (name: import (folder + "/${name}-conditional.nix"));
in
{
  kubenixModules = byName read.clusters modulesOf;
  kubenixApps = byName read.clusters appsOf;
}
