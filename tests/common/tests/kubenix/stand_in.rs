//! The stand-in behaves like kubenix, as far as the tests rely on it.

use common::kubenix::{Manifests, Objects, evaluate, merged};
use common::kubernetes::check_fields;
use serde_json::{Value, json};

use crate::{MAPPING, OWN, SAMPLES, app, objects, release};

/// What kubenix says about the app with this module too.
fn refusal(nix: &str) -> String {
    evaluate(&app().module_text(nix)).unwrap_err().reason()
}

#[test]
fn objects_are_named_and_ordered() {
    assert_eq!(
        objects(&app()).names(),
        [
            "DaemonSet apps/probe",
            "Deployment apps/blocky",
            "StatefulSet apps/store",
            "HelmChartConfig kube-system/rke2-coredns",
            "NetworkPolicy apps/blocky",
            "PodDisruptionBudget apps/blocky",
            "Role apps/blocky",
            "RoleBinding apps/blocky",
            "ConfigMap apps/blocky",
            "ConfigMap kube-system/coredns-custom",
            "Namespace apps",
            "Secret apps/blocky",
            "Service apps/blocky",
            "ServiceAccount apps/blocky",
        ]
    );
}

#[test]
fn lists_with_a_key_are_attribute_sets() {
    let app = objects(&app().module_text(
        "{ kubernetes.resources.deployments.blocky.spec.template.spec.containers = {
             blocky.env.LEVEL.value = \"info\";
             metrics.image = \"metrics\";
           }; }",
    ));
    let pod = &app.get("Deployment", "blocky")["spec"]["template"]["spec"];
    let names = |list: &Value| -> Vec<String> {
        let list = list.as_array().unwrap().iter();
        list.map(|one| one["name"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(names(&pod["containers"]), ["blocky", "metrics"]);
    let blocky = &pod["containers"][0];
    assert_eq!(names(&blocky["ports"]), ["dns-tcp", "dns-udp", "http"]);
    assert_eq!(names(&blocky["env"]), ["LEVEL", "TZ", "NODE"]);
    assert_eq!(blocky["volumeMounts"][0]["mountPath"], "/etc/blocky");
}

#[test]
fn nulls_and_hidden_names_are_left_out() {
    let app = objects(&app());
    let spec = &app.get("Deployment", "blocky")["spec"];
    assert!(spec.get("revisionHistoryLimit").is_none(), "{spec}");
    assert!(!spec.to_string().contains("_priority"), "{spec}");
    let [config, _] = app.of_kind("ConfigMap")[..] else {
        panic!("{:?}", app.names());
    };
    assert_eq!(config["data"]["_comment"], "kept");
    let spec = &app.get("HelmChartConfig", "rke2-coredns")["spec"];
    assert!(spec.get("_left").is_none(), "{spec}");
}

#[test]
fn definitions_merge_and_the_strongest_wins() {
    let merged = objects(&app().module_text(
        "{ lib, ... }: { kubernetes = {
             namespace = \"elsewhere\";
             resources = {
               deployments.blocky.spec.replicas = lib.mkForce 5;
               statefulSets.store.spec.replicas = 2;
               services.blocky.spec.loadBalancerSourceRanges = [ \"10.0.0.0/8\" ];
               configMaps.more.data.a = lib.mkIf true \"b\";
             };
           }; }",
    ));
    let pointer = |kind, name, pointer| merged.get(kind, name).pointer(pointer).unwrap();
    assert_eq!(pointer("Deployment", "blocky", "/spec/replicas"), 5);
    assert_eq!(pointer("StatefulSet", "store", "/spec/replicas"), 2);
    assert_eq!(
        pointer("Deployment", "blocky", "/metadata/namespace"),
        "apps"
    );
    assert_eq!(
        pointer("ConfigMap", "more", "/metadata/namespace"),
        "elsewhere"
    );
    assert_eq!(
        pointer("Service", "blocky", "/spec/loadBalancerSourceRanges/0"),
        "10.0.0.0/8"
    );
}

#[test]
fn contradictions_and_strangers_are_refused() {
    for (module, text) in [
        (
            "{ kubernetes.resources.deployments.blocky.spec.replicas = 2; }",
            "`kubernetes.resources.deployments.blocky.spec.replicas' has conflicting definition values",
        ),
        (
            "{ kubernetes.resources.deployment.blocky.spec.replicas = 2; }",
            "resources.deployment' does not exist",
        ),
        (
            "{ kubernetes.resource.deployments = { }; }",
            "The option `kubernetes.resource' does not exist",
        ),
        (
            "{ kubernetes.resources.helmchartconfig.rke2-coredns.data = { }; }",
            "rke2-coredns.data' does not exist",
        ),
        (
            "{ lib, ... }: { kubernetes.resources.helmchartconfig.rke2-coredns.spec.a = lib.mkIf true 1; }",
            "is a property inside of a custom kind's spec",
        ),
        (
            "{ kubernetes.resources.services.other.spec.ports = [ { port = 53; } ]; }",
            "has neither `name' nor `protocol'",
        ),
        (
            "{ kubernetes.resources.services.other.spec.ports = [
                 { name = \"dns\"; port = 53; } { name = \"dns\"; port = 53; protocol = \"UDP\"; } ]; }",
            "several elements with one `name'",
        ),
        (
            "{ kubernetes.resources.configMaps.blocky.data.a = ./.; }",
            "is not of type",
        ),
        (
            "{ submodules.instances.a.submodule = \"release\"; }",
            "No module found release/latest",
        ),
    ] {
        let said = refusal(module);
        assert!(said.contains(text), "{said}");
    }
}

#[test]
fn a_release_gives_the_charts_values() {
    let app = objects(&release());
    assert_eq!(app.list(), [json!(null); 0]);
    assert_eq!(app.release("blocky")["namespace"], "apps");
    let values = app.values("blocky");
    let main = &values["controllers"]["main"];
    assert_eq!(main["replicas"], 3);
    assert_eq!(main["pod"]["priorityClassName"], "system-cluster-critical");
    let container = &main["containers"]["main"];
    assert_eq!(container["image"]["tag"], "v0.31.0");
    assert_eq!(container["envFrom"][0]["secretRef"]["name"], "blocky");
    assert_eq!(
        values["persistence"]["config"]["globalMounts"][0]["path"],
        "/app/config.yml"
    );
    // The configuration is in a ConfigMap of its own, and the values have the last word.
    assert_eq!(values["configMaps"]["config"]["enabled"], false);
    assert_eq!(values["ingress"]["main"]["enabled"], false);
    assert_eq!(values["service"]["dns"]["ports"]["dns-tcp"]["port"], 53);
    assert_eq!(values["service"]["main"]["ports"]["http"]["port"], 4000);
}

#[test]
fn a_release_takes_no_other_arguments() {
    for (arguments, text) in [
        ("imag = { };", "submodule.args.imag' does not exist"),
        ("port = \"53\";", "is not of type"),
        ("resources.limits.cpu = 1;", "is not of type"),
    ] {
        let module = format!(
            "{{ submodules.instances.other = {{ submodule = \"release\"; args = {{ {arguments} }}; }}; }}"
        );
        let said = evaluate(&release().module_text(&module)).unwrap_err();
        assert!(said.reason().contains(text), "{}", said.reason());
    }
}

#[test]
fn the_conditional_mapping_goes_into_a_configuration() {
    assert_eq!(
        merged(OWN, format!("{SAMPLES}/{MAPPING}")).unwrap(),
        json!({
            "upstreams": { "groups": { "default": ["1.1.1.1"] } },
            "conditional": {
                "fallbackUpstream": false,
                "mapping": {
                    "fritz.box": "192.0.2.1",
                    "tail1.ts.net": "tcp+udp:10.10.10.200:1053,tcp+udp:10.10.10.201:1053"
                }
            }
        })
    );
}

#[test]
fn yaml_and_modules_are_compared_as_objects() {
    let yaml = Objects::of_yaml([
        "---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: b }\ndata:\n  a: |\n    b\n---\n",
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n",
    ]);
    let module = "{ kubernetes.resources.configMaps = { b.data.a = \"b\\n\"; a = { }; }; }";
    let module = objects(&Manifests::new().module_text(module));
    assert_eq!(yaml.list(), module.list());
}

#[test]
fn the_fields_of_the_sample_are_those_of_kubernetes() {
    for object in objects(&app()).list() {
        assert_eq!(check_fields(object), [""; 0], "{object:#}");
    }
}
