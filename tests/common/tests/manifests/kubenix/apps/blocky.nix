# An app with every list that has a merge key.
{ lib, ... }:
let
  labels."app.kubernetes.io/name" = "blocky";
  listens = {
    dns-tcp = "TCP";
    dns-udp = "UDP";
  };
in
{
  kubernetes.resources = {
    deployments.blocky = {
      metadata = {
        inherit labels;
        namespace = "apps";
      };
      spec = {
        replicas = 3;
        revisionHistoryLimit = null;
        selector.matchLabels = labels;
        strategy.rollingUpdate.maxUnavailable = 1;
        template = {
          metadata = {
            inherit labels;
            annotations."tailwright/config" = "sha256-0";
          };
          spec = {
            automountServiceAccountToken = false;
            containers.blocky = {
              image = "ghcr.io/0xerr0r/blocky:v0.31.0@sha256:00";
              args = [
                "--config"
                "/etc/blocky"
              ];
              ports =
                lib.mapAttrsToList (name: protocol: {
                  inherit name protocol;
                  containerPort = 53;
                }) listens
                ++ [
                  {
                    name = "http";
                    containerPort = 4000;
                  }
                ];
              env = [
                {
                  name = "TZ";
                  value = "Etc/UTC";
                }
                {
                  name = "NODE";
                  valueFrom.fieldRef.fieldPath = "spec.nodeName";
                }
              ];
              livenessProbe.httpGet = {
                path = "/";
                port = "http";
              };
              readinessProbe = {
                exec.command = [
                  "/app/blocky"
                  "healthcheck"
                ];
                periodSeconds = 5;
              };
              resources = {
                requests.cpu = "100m";
                limits.memory = "256Mi";
              };
              securityContext = {
                readOnlyRootFilesystem = true;
                capabilities = {
                  drop = [ "ALL" ];
                  add = [ "NET_BIND_SERVICE" ];
                };
              };
              volumeMounts = [
                {
                  name = "config";
                  mountPath = "/etc/blocky";
                  readOnly = true;
                }
              ];
            };
            dnsPolicy = "None";
            dnsConfig = {
              nameservers = [ "1.1.1.1" ];
              options = [
                {
                  name = "ndots";
                  value = "1";
                }
              ];
            };
            topologySpreadConstraints = [
              {
                maxSkew = 1;
                topologyKey = "kubernetes.io/hostname";
                whenUnsatisfiable = "ScheduleAnyway";
                labelSelector.matchLabels = labels;
              }
            ];
            volumes = [
              {
                name = "config";
                projected.sources = [
                  { configMap.name = "blocky"; }
                  { secret.name = "blocky"; }
                ];
              }
            ];
          };
        };
      };
    };
    services.blocky = {
      metadata = {
        namespace = "apps";
        annotations."lbipam.cilium.io/ips" = "10.10.10.100";
      };
      spec = {
        type = "LoadBalancer";
        externalTrafficPolicy = "Local";
        selector = labels;
        ports = lib.mapAttrsToList (name: protocol: {
          inherit name protocol;
          port = 53;
          targetPort = name;
        }) listens;
      };
    };
    podDisruptionBudgets.blocky = {
      metadata.namespace = "apps";
      spec = {
        maxUnavailable = 1;
        selector.matchLabels = labels;
      };
    };
  };
}
