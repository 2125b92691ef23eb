# Several hosts in one evaluation. `specs`: a file with a JSON list of what host.nix takes.
{ specs }:
map (spec: import ./host.nix { spec = builtins.toJSON spec; }) (
  builtins.fromJSON (builtins.readFile (/. + specs))
)
