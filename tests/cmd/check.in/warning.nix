{
  suppress = [
    {
      code = "TW101";
      reason = "the old VPN";
    }
  ];
}
