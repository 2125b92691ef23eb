{
  tailnet.suffix = "tail96fefe.ts.net"
  nodes = { };
}
