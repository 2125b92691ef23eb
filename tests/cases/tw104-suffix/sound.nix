{
  tailnet.suffix = "one.example.org";
  tailnets.work = {
    suffix = "two.example.org";
    ranges = [ "100.70.0.0/16" ];
  };
}
