{ tailnet.suffix = "é"; }
