{
  secrets.nodes = {
    kind = "auth-key";
    sops = {
      file = ../secrets/hosts.yaml;
      key = "tailscale";
    };
  };
}
