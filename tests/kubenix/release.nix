# A submodule `release` as repositories have it that run every app by bjw-s' app-template: a few
# arguments for what most apps need, `values` for the rest.
{ lib, kubenix, ... }:
let
  inherit (lib) mkOption types;

  option =
    type: default:
    mkOption {
      inherit type default;
    };

  configFile = types.submodule {
    options = {
      filename = option types.str "config.yml";
      mountPath = option types.str "/config";
      # Null: the app's ConfigMap is made elsewhere, by the instance's name.
      data = option (types.nullOr types.attrs) null;
    };
  };

  release =
    { config, name, ... }:
    let
      inherit (config.submodule) args;
      mounted = "${lib.removeSuffix "/" args.config.mountPath}/${args.config.filename}";

      container = {
        inherit (args) image;
        ports = [
          {
            name = "http";
            containerPort = args.port;
            protocol = "TCP";
          }
        ];
      }
      // lib.optionalAttrs (args.command != null) { inherit (args) command; }
      // lib.optionalAttrs (args.resources != null) { inherit (args) resources; }
      // lib.optionalAttrs (args.secretName != null) {
        envFrom = [ { secretRef.name = args.secretName; } ];
      };

      always = {
        controllers.main = {
          inherit (args) replicas;
          containers.main = container;
        }
        // lib.optionalAttrs (args.priorityClassName != null) {
          pod = { inherit (args) priorityClassName; };
        };
        service.main = {
          type = "LoadBalancer";
          ports.http = {
            enabled = true;
            inherit (args) port;
          };
        };
        ingress.main = {
          enabled = true;
          className = "cilium";
          hosts = [
            {
              host = "${name}.example.org";
              paths = [
                {
                  path = "/";
                  service = {
                    inherit name;
                    inherit (args) port;
                  };
                }
              ];
            }
          ];
        };
        persistence.main = args.persistence;
      };

      configured = {
        persistence.config = {
          enabled = true;
          type = "configMap";
          inherit name;
          globalMounts = [
            {
              path = mounted;
              subPath = args.config.filename;
              readOnly = true;
            }
          ];
          items = [
            {
              key = args.config.filename;
              path = args.config.filename;
            }
          ];
        };
        configMaps.config = {
          enabled = args.config.data != null;
          # JSON is YAML.
          data.${args.config.filename} = builtins.toJSON args.config.data;
        };
      };
    in
    {
      imports = [
        kubenix.modules.k8s
        kubenix.modules.helm
        kubenix.modules.submodule
      ];
      options.submodule.args = {
        enable = option types.bool false;
        namespace = option types.str "apps";
        image = option (types.attrsOf types.str) { };
        port = option types.int 80;
        replicas = option types.int 1;
        command = option (types.nullOr (types.listOf types.str)) null;
        resources = option (types.nullOr (types.attrsOf (types.attrsOf types.str))) null;
        secretName = option (types.nullOr types.str) null;
        priorityClassName = option (types.nullOr types.str) null;
        persistence = option types.attrs {
          enabled = false;
          type = "persistentVolumeClaim";
          accessMode = "ReadWriteOnce";
          size = "1Gi";
          globalMounts = [ { path = "/data"; } ];
        };
        config = option (types.nullOr configFile) null;
        values = option types.attrs { };
      };
      config = {
        submodule = {
          name = "release";
          passthru.kubernetes = { inherit (config.kubernetes) objects; };
        };
        kubernetes.helm.releases.${name} = {
          inherit (args) namespace;
          chart = kubenix.lib.helm.fetch {
            repo = "https://bjw-s-labs.github.io/helm-charts/";
            chart = "app-template";
            version = "4.2.0";
            sha256 = "sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
          };
          values = lib.mkMerge [
            always
            (lib.mkIf (args.config != null) configured)
            args.values
          ];
        };
      };
    };
in
{
  submodules.imports = [ { module = release; } ];
}
