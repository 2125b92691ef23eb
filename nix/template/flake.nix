# A tailnet. Start in tailnet.nix: change what its comments name. Then
#
#   nix run .#update && git add generated    writes the tree, which hosts and clusters import
#   nix flake check                          fails where the tree is not what tailnet.nix says
{
  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
    # CHANGE: where you have tailwright from.
    tailwright.url = "github:OWNER/tailwright";
    tailwright.inputs.nixpkgs.follows = "nixpkgs";
    # Puts secrets on the hosts.
    sops-nix.url = "github:Mic92/sops-nix";
    sops-nix.inputs.nixpkgs.follows = "nixpkgs";
  };

  outputs =
    inputs:
    let
      inherit (inputs) nixpkgs;
      systems = [
        "x86_64-linux"
        "aarch64-linux"
        "aarch64-darwin"
      ];
      tailnetFor =
        system:
        inputs.tailwright.lib.tailnet {
          inherit system;
          declaration = ./tailnet.nix;
          root = ./.;
          committed = ./generated;
        };
      forEachSystem = make: nixpkgs.lib.genAttrs systems (system: make (tailnetFor system));
    in
    {
      # Modules of a committed tree are the same on every system.
      inherit (tailnetFor "x86_64-linux") nixosModules kubenixModules kubenixApps;

      packages = forEachSystem (tailnet: {
        inherit (tailnet) update;
        default = tailnet.tree;
      });
      checks = forEachSystem (tailnet: {
        tailnet = tailnet.upToDate;
      });

      # CHANGE: a host. Take the comment signs away, and write hosts/alpha.nix: there is what your
      # machine has beside the tailnet. It knows which node it is by networking.hostName.
      #
      # nixosConfigurations.alpha = nixpkgs.lib.nixosSystem {
      #   modules = [
      #     ./hosts/alpha.nix
      #     inputs.sops-nix.nixosModules.sops
      #     inputs.self.nixosModules.default
      #   ];
      # };
    };
}
