# A Blocky that remembers what a forwarder did not know.
{
  clusters.home.distribution = "k3s";

  resolvers.blocky = {
    kind = "blocky";
    version = "0.26";
    cluster = "home";
    upstreams = [ "9.9.9.9" ];
  };
}
