# YAML files without a build: JSON is YAML.
_: prev: {
  formats = prev.formats // {
    yaml =
      settings:
      prev.formats.yaml settings
      // {
        generate = name: value: builtins.toFile name (builtins.toJSON value);
      };
  };
}
