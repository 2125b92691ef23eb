# AdGuard Home that is to be generated as a whole.
{
  resolvers.adguard = {
    kind = "adguard-home";
    address = "10.10.10.53";
    manage = "conditional";
  };
}
