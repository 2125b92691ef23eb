{
  tailnet = {
    suffix = "tail96fefe.ts.net";
    policy = ./sound.hujson;
  };
}
