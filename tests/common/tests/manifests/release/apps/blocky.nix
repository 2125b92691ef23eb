{
  submodules.instances.blocky = {
    submodule = "release";
    args = {
      namespace = "apps";
      image = {
        repository = "ghcr.io/0xerr0r/blocky";
        tag = "v0.31.0";
        pullPolicy = "IfNotPresent";
      };
      port = 4000;
      replicas = 3;
      command = [ "/app/blocky" ];
      priorityClassName = "system-cluster-critical";
      secretName = "blocky";
      resources.requests = {
        cpu = "100m";
        memory = "128Mi";
      };
      config = {
        filename = "config.yml";
        mountPath = "/app";
      };
      values = {
        service.dns = {
          controller = "main";
          type = "LoadBalancer";
          annotations."lbipam.cilium.io/ips" = "10.10.10.100";
          ports = {
            dns = {
              port = 53;
              protocol = "UDP";
            };
            dns-tcp = {
              port = 53;
              protocol = "TCP";
            };
          };
        };
        ingress.main.enabled = false;
      };
    };
  };
}
