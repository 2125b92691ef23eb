//! kubenix modules by cluster and app, from a committed tree.

use serde_json::json;

use crate::nix::Nix;
use crate::scratch::{Scratch, copy, repository};

/// A flake with a committed tree that holds these files, each of which says its own name.
fn with_tree(files: &[&str]) -> Scratch {
    let scratch = Scratch::new("declaration = ./tailnet.nix; committed = ./generated;");
    scratch.write("generated/manifest.json", "{}\n");
    for file in files {
        let name = file.rsplit('/').next().unwrap();
        let text = if name.ends_with("-conditional.nix") {
            "{ conditional.mapping.\"example-name.ts.net\" = \"tcp+udp:192.168.1.11:1053\"; }\n"
                .to_owned()
        } else {
            format!("\"{name}\"\n")
        };
        scratch.write(&format!("generated/kubenix/home/{file}"), &text);
    }
    scratch
}

const TREE: [&str; 7] = [
    "default.nix",
    "apps/blocky.nix",
    "apps/blocky-config.nix",
    "apps/blocky-secrets.enc.nix",
    "apps/blocky-conditional.nix",
    "apps/lonely-config.nix",
    "system/coredns-example-name.ts.net.nix",
];

/// The modules of each app, and what is in the plain sets.
const ALL: &str = "tailnet: { modules = builtins.mapAttrs (_: builtins.mapAttrs (_: module: map import \
                   module.imports)) tailnet.kubenixModules; apps = tailnet.kubenixApps; }";

#[test]
fn an_app_has_its_configuration_and_the_mapping_is_a_plain_set() {
    for nix in Nix::all() {
        let scratch = with_tree(&TREE);
        let no_import = ["--option", "allow-import-from-derivation", "false"];
        let found = nix
            .eval(
                scratch.path(),
                "tailnet",
                &[&["--apply", ALL][..], &no_import].concat(),
            )
            .unwrap();
        assert_eq!(
            found,
            json!({
                "modules": { "home": {
                    "blocky": ["blocky.nix", "blocky-config.nix", "blocky-secrets.enc.nix"],
                    "coredns-example-name.ts.net": ["coredns-example-name.ts.net.nix"],
                    "default": ["default.nix"],
                    "lonely-config": ["lonely-config.nix"],
                } },
                "apps": { "home": { "blocky": { "conditional": { "mapping": {
                    "example-name.ts.net": "tcp+udp:192.168.1.11:1053"
                } } } } },
            })
        );
    }
}

#[test]
fn a_cluster_without_kubenix_files_has_no_modules() {
    for nix in Nix::all() {
        let found = nix
            .eval(with_tree(&[]).path(), "tailnet", &["--apply", ALL])
            .unwrap();
        assert_eq!(
            found,
            json!({ "modules": { "home": {} }, "apps": { "home": {} } })
        );
    }
}

#[test]
fn the_flakes_own_module_takes_the_only_cluster() {
    for nix in Nix::all() {
        let scratch = with_tree(&TREE);
        let apply = format!(
            "tailnet: map (arguments: map import (builtins.head (import {}/modules/kubenix ({{ inherit tailnet; }} // \
             arguments)).imports).imports) [ {{ }} {{ cluster = \"home\"; }} ]",
            crate::scratch::tailwright().display()
        );
        let found = nix
            .eval(scratch.path(), "tailnet", &["--apply", &apply, "--impure"])
            .unwrap();
        assert_eq!(found, json!([["default.nix"], ["default.nix"]]));
        let apply = format!(
            "tailnet: (import {}/modules/kubenix {{ }}).imports",
            crate::scratch::tailwright().display()
        );
        let said = nix
            .eval(scratch.path(), "tailnet", &["--apply", &apply, "--impure"])
            .unwrap_err();
        assert!(said.contains("specialArgs"), "{said}");
    }
}

#[test]
fn the_flakes_own_module_takes_the_cluster_that_is_named() {
    for nix in Nix::all() {
        let scratch = generated("topology-two-clusters");
        let ask = |arguments: &str| {
            let apply = format!(
                "tailnet: map (arguments: map builtins.baseNameOf (builtins.head (import {}/modules/kubenix ({{ \
                 inherit tailnet; }} // arguments)).imports).imports) [ {arguments} ]",
                crate::scratch::tailwright().display()
            );
            nix.eval(scratch.path(), "tailnet", &["--apply", &apply, "--impure"])
        };
        let found = ask("{ cluster = \"home\"; } { cluster = \"away\"; }");
        assert_eq!(found.unwrap(), json!([["home"], ["away"]]));
        let said = ask("{ }").unwrap_err();
        for part in ["has the clusters away, home", "`specialArgs.cluster`"] {
            assert!(said.contains(part), "{said}");
        }
    }
}

#[test]
fn both_forms_have_the_same_modules() {
    let names = "tailnet: builtins.mapAttrs (_: builtins.attrNames) (tailnet.kubenixModules // { plain = \
                 tailnet.kubenixApps.home; })";
    for nix in Nix::all() {
        let built = Scratch::new("declaration = ./tailnet.nix;");
        let committed = Scratch::new("declaration = ./tailnet.nix; committed = ./generated;");
        committed.generate("tailnet.nix");
        let found = [built, committed].map(|scratch| {
            nix.eval(scratch.path(), "tailnet", &["--apply", names])
                .unwrap_or_else(|said| panic!("{said}"))
        });
        assert_eq!(found[0], found[1]);
    }
}

/// The tree of a declaration that has everything, in this form of manifests.
fn generated(case: &str) -> Scratch {
    let scratch = Scratch::new("declaration = ./tailnet.nix; committed = ./generated;");
    let declaration = repository().join(format!("tests/cases/{case}/declaration.nix"));
    copy(&declaration, &scratch.path().join("tailnet.nix"));
    scratch.generate("tailnet.nix");
    scratch
}

#[test]
fn what_is_generated_has_the_names_that_the_library_looks_for() {
    let mapping = "tailnet: builtins.attrNames tailnet.kubenixApps.home.blocky.conditional.mapping";
    for nix in Nix::all() {
        let starter = Scratch::new("declaration = ./tailnet.nix; committed = ./generated;");
        starter.generate("tailnet.nix");
        for (scratch, apps, parts) in [
            (
                starter,
                json!(["blocky", "coredns-example-name.ts.net", "default"]),
                2,
            ),
            (
                generated("topology-application"),
                json!(["blocky", "coredns-tail96fefe.ts.net", "default"]),
                3,
            ),
            (
                generated("topology-application-release"),
                json!(["blocky", "default"]),
                3,
            ),
        ] {
            // What `default` imports is what the others import together.
            let modules = "tailnet: let modules = tailnet.kubenixModules.home; importedBy = name: \
                           modules.${name}.imports; names = builtins.attrNames modules; texts = map toString; in { \
                           inherit names; parts = builtins.length (importedBy \"blocky\"); all = texts (import \
                           (builtins.head (importedBy \"default\"))).imports; each = texts (builtins.concatMap \
                           importedBy (builtins.filter (name: name != \"default\") names)); }";
            let found = nix
                .eval(scratch.path(), "tailnet", &["--apply", modules])
                .unwrap_or_else(|said| panic!("{said}"));
            assert_eq!(found["names"], apps);
            assert_eq!(found["parts"], parts);
            assert_eq!(found["each"], found["all"]);
        }
        let found = nix
            .eval(
                generated("topology-application").path(),
                "tailnet",
                &["--apply", mapping],
            )
            .unwrap_or_else(|said| panic!("{said}"));
        let zones = found.as_array().unwrap();
        assert!(zones.contains(&json!("tail96fefe.ts.net")), "{found}");
    }
}

#[test]
fn an_app_may_be_called_like_a_file() {
    for nix in Nix::all() {
        for name in ["dns-conditional", "dns-config", "dns-secrets"] {
            let scratch = Scratch::new("declaration = ./tailnet.nix; committed = ./generated;");
            scratch.replace("tailnet.nix", "[ \"blocky\" ]", &format!("[ \"{name}\" ]"));
            scratch.replace(
                "tailnet.nix",
                "resolvers.blocky",
                &format!("resolvers.{name}"),
            );
            scratch.generate("tailnet.nix");
            let names = "tailnet: { modules = builtins.attrNames tailnet.kubenixModules.home; mappings = \
                         builtins.mapAttrs (_: builtins.attrNames) tailnet.kubenixApps.home; }";
            let found = nix
                .eval(scratch.path(), "tailnet", &["--apply", names])
                .unwrap_or_else(|said| panic!("{said}"));
            let expected = json!({
                "modules": ["coredns-example-name.ts.net", "default", name],
                "mappings": { name: ["conditional"] },
            });
            assert_eq!(found, expected);
        }
    }
}

/// An app by itself is one that starts: what its pods mount comes with it.
#[test]
fn an_app_by_itself_has_what_its_pods_mount() {
    let mounts = "tailnet: let objects = kind: builtins.foldl' (all: module: all // (import \
                  module).kubernetes.resources.${kind} or { }) { } tailnet.kubenixModules.home.blocky.imports; volumes \
                  = (objects \"deployments\").blocky.spec.template.spec.volumes; names = builtins.filter \
                  builtins.isString; there = kind: builtins.attrNames (objects kind); in { mounted = { secrets = \
                  names (map (one: one.secret.secretName or null) volumes); configMaps = names (map (one: \
                  one.configMap.name or null) volumes); }; there = { secrets = there \"secrets\"; configMaps = \
                  there \"configMaps\"; }; }";
    for nix in Nix::all() {
        let scratch = generated("topology-application");
        let found = nix
            .eval(scratch.path(), "tailnet", &["--apply", mounts])
            .unwrap_or_else(|said| panic!("{said}"));
        assert_eq!(found["mounted"]["secrets"], json!(["blocky"]));
        assert_eq!(found["mounted"], found["there"]);
    }
}
