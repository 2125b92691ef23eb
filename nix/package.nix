# The program, with its man pages and completions.
{
  lib,
  installShellFiles,
  rustPlatform,
  stdenv,
}:
let
  inherit (lib) fileset licenses;
  cargo = builtins.fromTOML (builtins.readFile ../Cargo.toml);
in
rustPlatform.buildRustPackage {
  pname = "tailwright";
  inherit (cargo.package) version;

  # Members of the workspace have to be there, built or not.
  src = fileset.toSource {
    root = ../.;
    fileset = fileset.unions [
      ../Cargo.lock
      ../Cargo.toml
      ../src
      ../tests/common
      ../tests/lab
    ];
  };
  cargoLock.lockFile = ../Cargo.lock;

  # The tests need network namespaces, a Nix of their own and other programs: tests/run has them.
  doCheck = false;

  nativeBuildInputs = [ installShellFiles ];
  postInstall = lib.optionalString (stdenv.buildPlatform.canExecute stdenv.hostPlatform) ''
    $out/bin/tailwright man > tailwright.1
    for command in check generate trace diff graph explain schema init completions man; do
      $out/bin/tailwright man $command > tailwright-$command.1
    done
    installManPage tailwright*.1
    installShellCompletion --cmd tailwright \
      --bash <($out/bin/tailwright completions bash) \
      --fish <($out/bin/tailwright completions fish) \
      --zsh <($out/bin/tailwright completions zsh)
  '';

  meta = {
    inherit (cargo.package) description;
    mainProgram = "tailwright";
    license = [
      licenses.mit
      licenses.asl20
    ];
    platforms = lib.platforms.unix;
  };
}
