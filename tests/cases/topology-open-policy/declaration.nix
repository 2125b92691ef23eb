# Policies that are open on purpose.
{
  # Everything is allowed; one entry beside that grants what an application asks for.
  tailnet = {
    suffix = "tail96fefe.ts.net";
    policy = ./policy.hujson;
  };

  # Machines are open to each other, what is routed is not.
  tailnets.work = {
    suffix = "tail3b7c41.ts.net";
    policy = ./machines.hujson;
  };

  sites.office.lans = [ "192.168.1.0/24" ];

  nodes = {
    alpha = {
      os = "nixos";
      tailscale = { };
    };
    beta = {
      os = "nixos";
      site = "office";
      address = "192.168.1.11";
      roles = [ "subnet-router" ];
      tailscale = {
        tailnet = "work";
        tags = [ "tag:router" ];
      };
    };
  };
}
