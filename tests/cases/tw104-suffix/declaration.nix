{
  tailnet.suffix = "one.example.org";
  tailnets.work = {
    suffix = "one.example.org";
    ranges = [ "100.70.0.0/16" ];
  };
}
