# Blocky as an application: what can't be generated as it is declared.
{
  clusters = {
    home = {
      distribution = "k3s";
      loadBalancer.kind = "servicelb";
    };
    elsewhere = {
      distribution = "k3s";
      manifests = "kubenix-release";
    };
  };

  tailnet.suffix = "tail96fefe.ts.net";

  nodes.alpha = {
    os = "other";
    cluster = "home";
    address = "192.0.2.11";
    tailscale.authKey = "fine";
  };

  secrets = {
    in-an-ini-file = {
      kind = "opaque";
      sops = {
        file = "secrets/home.ini";
        key = "redis";
      };
    };
    with-a-space = {
      kind = "opaque";
      sops = {
        file = "secrets/home.yaml";
        key = "a key";
      };
    };
    in-a-dotenv-file = {
      kind = "opaque";
      sops = {
        file = "secrets/home.env";
        key = "REDIS";
      };
    };
    in-a-file-with-a-colon = {
      kind = "opaque";
      sops = {
        file = "home:secrets/home.yaml";
        key = "redis";
      };
    };
    fine = {
      kind = "opaque";
      sops = {
        file = "secrets/home.yaml";
        key = "redis";
      };
    };
  };

  resolvers = {
    without-upstreams = {
      kind = "blocky";
      cluster = "home";
    };
    without-an-address-to-start-from = {
      kind = "blocky";
      cluster = "home";
      upstreams = [ "https://dns.example/dns-query" ];
      bootstrap = [ "dns.example" ];
    };
    address-of-nobody = {
      kind = "blocky";
      cluster = "home";
      address = "192.0.2.53";
      upstreams = [ "9.9.9.9" ];
    };
    two-kinds-of-addresses = {
      kind = "blocky";
      cluster = "home";
      address = [
        "192.0.2.11"
        "10.43.0.53"
      ];
      upstreams = [ "9.9.9.9" ];
    };
    record-of-a-type = {
      kind = "blocky";
      cluster = "home";
      upstreams = [ "9.9.9.9" ];
      records = [
        {
          name = "home.example";
          type = "MX";
          value = "10 mail.home.example.";
        }
      ];
    };
    unknown-setting = {
      kind = "blocky";
      cluster = "home";
      upstreams = [ "9.9.9.9" ];
      settings = {
        blockings.blockTTL = "1m";
        bogus = true;
      };
    };
    another-release-than-the-image = {
      kind = "blocky";
      cluster = "home";
      version = "0.34.0";
      image = "ghcr.io/0xerr0r/blocky:v0.33.0";
      upstreams = [ "9.9.9.9" ];
    };
    default = {
      kind = "blocky";
      cluster = "home";
      upstreams = [ "9.9.9.9" ];
    };
    coredns-custom = {
      kind = "blocky";
      cluster = "home";
      namespace = "kube-system";
      upstreams = [ "9.9.9.9" ];
    };
    two-addresses = {
      kind = "blocky";
      cluster = "elsewhere";
      address = [
        "198.51.100.53"
        "198.51.100.54"
      ];
      upstreams = [ "9.9.9.9" ];
    };
    two-addresses-of-services = {
      kind = "blocky";
      cluster = "elsewhere";
      address = [
        "10.43.0.53"
        "10.43.0.54"
      ];
      upstreams = [ "9.9.9.9" ];
    };
    one-port-for-two = {
      kind = "blocky";
      cluster = "home";
      dotPort = 853;
      dohPort = 853;
      upstreams = [ "9.9.9.9" ];
    };
    settings = {
      kind = "blocky";
      cluster = "home";
      upstreams = [ "9.9.9.9" ];
      settings = {
        conditional.fallbackUpstream = true;
        customDNS = "none";
        upstreams = {
          groups.default = [ "1.1.1.1" ];
          init.strategy = "failOnError";
        };
        log.level.secret = "fine";
        queryLog.target.secret = "with-a-space";
        redis.password.secret = "in-an-ini-file";
      };
    };
    old = {
      kind = "blocky";
      cluster = "home";
      version = "0.30.0";
      upstreams = [ "9.9.9.9" ];
      settings = {
        caching.exclude = "/example$/";
        dnssec.validate = true;
        redis.password.secret = "fine";
      };
    };
    references-of-other-programs = {
      kind = "blocky";
      cluster = "home";
      upstreams = [ "9.9.9.9" ];
      settings = {
        log.level = "ref+sops://secrets/home.yaml#/redis";
        queryLog.target.secret = "in-a-dotenv-file";
        redis.password.secret = "in-a-file-with-a-colon";
      };
    };
    records-that-no-zone-file-has = {
      kind = "blocky";
      cluster = "home";
      upstreams = [ "9.9.9.9" ];
      records = [
        {
          name = "home.example";
          type = "CNAME";
          value = "two names";
        }
        {
          name = "home.example";
          type = "TXT";
          value = "\"left open";
        }
      ];
    };
    # Names of Services begin with a letter, and have room for `-http`.
    "1st" = {
      kind = "blocky";
      cluster = "home";
      upstreams = [ "9.9.9.9" ];
    };
    a-name-that-is-as-long-as-names-may-be-and-not-longer-than-this = {
      kind = "blocky";
      cluster = "home";
      upstreams = [ "9.9.9.9" ];
    };
    # The files of the one would be those of the other.
    settings-config = {
      kind = "blocky";
      cluster = "home";
      upstreams = [ "9.9.9.9" ];
    };
  };
}
