# Kinds that an app may also need.
{ lib, ... }:
{
  kubernetes.resources = {
    namespaces.apps = { };
    serviceAccounts.blocky.metadata.namespace = "apps";
    roles.blocky = {
      metadata.namespace = "apps";
      rules = [
        {
          apiGroups = [ "" ];
          resources = [ "secrets" ];
          verbs = [ "get" ];
        }
      ];
    };
    roleBindings.blocky = {
      metadata.namespace = "apps";
      roleRef = {
        apiGroup = "rbac.authorization.k8s.io";
        kind = "Role";
        name = "blocky";
      };
      subjects = [
        {
          kind = "ServiceAccount";
          name = "blocky";
          namespace = "apps";
        }
      ];
    };
    networkPolicies.blocky = {
      metadata.namespace = "apps";
      spec = {
        podSelector = { };
        ingress = [
          {
            # No merge key here.
            ports = [
              { port = 53; }
              {
                port = 53;
                protocol = "UDP";
              }
            ];
          }
        ];
      };
    };
    daemonSets.probe = {
      metadata.namespace = "apps";
      spec = {
        selector.matchLabels.app = "probe";
        template = {
          metadata.labels.app = "probe";
          spec = {
            hostNetwork = true;
            initContainers.wait.image = "busybox";
            containers = {
              second.image = "b";
              first.image = "a";
            };
            imagePullSecrets = [ { name = "registry"; } ];
            tolerations = [ { operator = "Exists"; } ];
            hostAliases = [
              {
                ip = "192.0.2.1";
                hostnames = [ "a.test" ];
              }
            ];
          };
        };
      };
    };
    statefulSets.store = {
      metadata.namespace = "apps";
      spec = lib.mkMerge [
        {
          serviceName = "store";
          selector.matchLabels.app = "store";
          template.metadata.labels.app = "store";
          template.spec.containers.store.image = "store";
        }
        (lib.mkIf false { replicas = 9; })
        { replicas = lib.mkDefault 1; }
      ];
    };
  };
}
