{
  imports = [
    ./apps/blocky.nix
    ./apps/blocky-config.nix
    ./apps/blocky-secret.enc.nix
    ./system/coredns-tail1.nix
    ./system/coredns-rke2.nix
    ./system/rest.nix
  ];
}
