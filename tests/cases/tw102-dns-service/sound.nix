{
  clusters.homelab = {
    distribution = "k3s";
    dnsService = "10.43.0.10";
  };
}
