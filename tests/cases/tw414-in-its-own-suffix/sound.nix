{
  tailnet = {
    suffix = "mesh.example.org";
    control = {
      kind = "headscale";
      url = "https://headscale.example.org";
    };
  };
}
