{
  kubernetes.resources.secrets.blocky = {
    metadata.namespace = "apps";
    stringData."redis.yml" = "redis:\n  password: ref+sops://secrets/k8s.enc.yaml#redis+\n";
  };
}
