# Values that Kubernetes would refuse.
{
  clusters.home.distribution = "k3s";

  resolvers = {
    latest = {
      kind = "blocky";
      cluster = "home";
      image = "ghcr.io/0xerr0r/blocky:latest";
      upstreams = [ "9.9.9.9" ];
    };
    image = {
      kind = "blocky";
      cluster = "home";
      image = "no image";
      upstreams = [ "9.9.9.9" ];
    };
    quantity = {
      kind = "blocky";
      cluster = "home";
      resources.limits.memory = "512 MB";
      upstreams = [ "9.9.9.9" ];
    };
    settings = {
      kind = "blocky";
      cluster = "home";
      settings.caching.minTime = 1.5;
      upstreams = [ "9.9.9.9" ];
    };
  };
}
