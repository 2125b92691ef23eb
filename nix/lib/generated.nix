# The folder that modules are taken from: the committed tree where there is one, else what is built.
{
  committed,
  paths,
  tree,
  updateCommand,
}:
if committed == null then
  "${tree}"
else if builtins.pathExists (committed + "/manifest.json") then
  committed
else
  throw ''
    lib.tailnet: there is no generated tree at ${paths.text committed}.
    A flake sees only what git knows. Run `${updateCommand}`, then
    `git add` the folder.''
