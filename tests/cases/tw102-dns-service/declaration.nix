{
  clusters.homelab = {
    distribution = "k3s";
    dnsService = "10.44.0.10";
  };
}
