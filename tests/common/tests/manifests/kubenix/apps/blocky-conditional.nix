{
  conditional.mapping."tail1.ts.net" = "tcp+udp:10.10.10.200:1053,tcp+udp:10.10.10.201:1053";
}
