{
  tailnet = {
    suffix = "mesh.example.org";
    control = {
      kind = "headscale";
      url = "https://headscale.mesh.example.org";
    };
  };
}
