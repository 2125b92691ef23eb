{
  tailnet = {
    suffix = "tail96fefe.ts.net";
    policy = ./policy.hujson;
  };
}
