{
  kubernetes.resources.configMaps.blocky = {
    metadata.namespace = "apps";
    data = {
      "config.yml" = ''
        upstreams:
          groups:
            default:
              - 1.1.1.1
      '';
      # Kept, unlike any other field that begins so.
      _comment = "kept";
    };
  };
}
