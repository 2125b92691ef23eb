# The kinds of Kubernetes that generated modules may have, by kubenix' names for them.
let
  of =
    apiVersion:
    builtins.mapAttrs (
      _: kind: {
        inherit apiVersion kind;
      }
    );
in
of "v1" {
  configMaps = "ConfigMap";
  namespaces = "Namespace";
  persistentVolumeClaims = "PersistentVolumeClaim";
  secrets = "Secret";
  serviceAccounts = "ServiceAccount";
  services = "Service";
}
// of "apps/v1" {
  daemonSets = "DaemonSet";
  deployments = "Deployment";
  statefulSets = "StatefulSet";
}
// of "networking.k8s.io/v1" {
  networkPolicies = "NetworkPolicy";
}
// of "policy/v1" {
  podDisruptionBudgets = "PodDisruptionBudget";
}
// of "rbac.authorization.k8s.io/v1" {
  clusterRoleBindings = "ClusterRoleBinding";
  clusterRoles = "ClusterRole";
  roleBindings = "RoleBinding";
  roles = "Role";
}
