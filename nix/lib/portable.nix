# A declaration as JSON can hold it: paths become texts relative to the root. Everything that JSON has
# no word for is an error that names its place.
{ paths }:
let
  inherit (builtins)
    elemAt
    genList
    hasContext
    length
    mapAttrs
    typeOf
    ;

  fail =
    at: what: help:
    throw "lib.tailnet: `${at}` ${what}.\n${help}";

  fromText =
    at: text:
    if paths.isBelow (paths.text text) then
      paths.below (paths.text text)
    else if hasContext text then
      fail at "refers to the store: ${paths.text text}" ''
        What is generated holds no path of the store. Write a file of yours as a path relative to the
        declaration, such as ./secrets/hosts.enc.yaml, without quotes.''
    else
      text;

  walk =
    at: value:
    {
      path = paths.relative at (toString value);
      string = fromText at value;
      list = genList (n: walk "${at}[${toString n}]" (elemAt value n)) (length value);
      set =
        if value ? outPath || value ? __toString then
          fromText at (toString value)
        else
          mapAttrs (name: walk (if at == "" then name else "${at}.${name}")) value;
      lambda = fail at "is a function" "A declaration holds values: call the function, or remove it.";
    }
    .${typeOf value} or value;
in
walk ""
