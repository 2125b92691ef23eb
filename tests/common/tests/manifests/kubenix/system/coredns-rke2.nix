{
  kubernetes = {
    customTypes.helmchartconfig = {
      attrName = "helmchartconfig";
      group = "helm.cattle.io";
      version = "v1";
      kind = "HelmChartConfig";
    };
    resources.helmchartconfig.rke2-coredns = {
      metadata.namespace = "kube-system";
      spec = {
        valuesContent = "servers: []\n";
        _left = "out";
      };
    };
  };
}
