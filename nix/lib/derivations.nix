# What is built. The builder is tailwright itself: there is no shell, and no input but the program,
# the declaration, and the files that it names.
{
  committed,
  package,
  paths,
  read,
  system,
  updateCommand,
}:
let
  inherit (builtins) baseNameOf pathExists placeholder;
  declaration = read.arguments (import ./files.nix { inherit paths read; });
  out = placeholder "out";

  run =
    name: args:
    derivation {
      inherit name system args;
      builder = "${package}/bin/tailwright";
      # Nix gives a builder a terminal, which is none.
      NO_COLOR = "1";
      # It takes less time than asking for it elsewhere.
      preferLocalBuild = true;
      allowSubstitutes = false;
    };

  existing =
    if pathExists committed then
      builtins.path {
        name = "committed";
        path = committed;
      }
    else
      # In the folder of the build there is none: everything is missing.
      baseNameOf (paths.text committed);
in
{
  tree = run "tailwright-tree" (
    [ "generate" ]
    ++ declaration
    ++ [
      "--out"
      out
    ]
  );

  upToDate =
    if committed == null then
      throw ''
        lib.tailnet: `upToDate` has nothing to compare, since `committed` is not given.
        Give the committed tree, such as `committed = ./generated;`, or leave the check out.''
    else
      run "tailwright-up-to-date" (
        [ "generate" ]
        ++ declaration
        ++ [
          "--check"
          "--out"
          existing
          "--report"
          out
          "--update-command"
          updateCommand
        ]
      );

  report = run "tailwright-report" (
    [ "check" ]
    ++ declaration
    ++ [
      "--report"
      out
    ]
  );
}
