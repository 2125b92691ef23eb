{
  tailnet.suffix = builtins.readFile ./suffix;
}
