# The same as an instance of a release submodule, with Cilium.
{
  tailnet.suffix = "tail96fefe.ts.net";

  sites.home.lans = [
    "192.168.1.0/24"
    "fd00:1::/64"
  ];

  clusters.home = {
    site = "home";
    distribution = "rke2";
    cni.kind = "cilium";
    loadBalancer = {
      kind = "cilium-l2";
      interfaces = [ "^enp1s0$" ];
    };
    manifests = "kubenix-release";
  };

  nodes = {
    alpha = {
      os = "nixos";
      site = "home";
      cluster = "home";
      address = "192.168.1.11";
      interface = "enp1s0";
      tailscale = { };
    };
    beta = {
      os = "nixos";
      site = "home";
      cluster = "home";
      address = "192.168.1.12";
      interface = "enp1s0";
      tailscale = { };
    };
  };

  forwarders.magicdns = {
    engine = "unbound";
    nodes = [
      "alpha"
      "beta"
    ];
  };

  # One of the servers that keep what it counts.
  secrets = {
    redis = {
      kind = "opaque";
      sops = {
        file = "secrets/home.enc.yaml";
        key = "redis/password";
      };
    };
    query-log = {
      kind = "opaque";
      sops = {
        file = "secrets/query-log.enc";
      };
    };
  };

  resolvers.blocky = {
    kind = "blocky";
    version = "0.34.0";
    cluster = "home";
    namespace = "dns";
    replicas = 2;
    externalTrafficPolicy = "local";
    address = [
      "192.168.1.53"
      "fd00:1::53"
    ];
    upstreams = [
      "1.1.1.1"
      "https://dns.quad9.net/dns-query"
    ];
    strategy = "failover";
    dotPort = 853;
    dohPort = 443;
    httpPort = 80;
    customDns."home.example" = [
      "192.168.1.80"
      "fd00::80"
    ];
    records = [
      {
        name = "_acme-challenge.home.example";
        type = "TXT";
        value = "two words";
      }
      {
        name = "mail.home.example";
        type = "CNAME";
        value = "home.example.";
      }
    ];
    conditional."fritz.box" = "192.168.1.1";
    resources = {
      requests.cpu = "50m";
      limits = {
        cpu = "1";
        memory = "1Gi";
      };
    };
    settings = {
      blocking = {
        denylists.ads = [
          "https://lists.example/ads.txt"
          ''
            # written here
            ads.example
          ''
        ];
        clientGroupsBlock.default = [ "ads" ];
      };
      caching.exclude = [ "/example$/" ];
      log.level = "warn";
      queryLog = {
        type = "postgresql";
        target.secret = "query-log";
      };
      redis = {
        address = "redis:6379";
        password.secret = "redis";
        required = false;
        database = 1;
      };
      upstreams.timeout = "1s";
    };
  };
}
