//! The check of an object's fields finds what is wrong with them.

use common::kubernetes::check_fields;
use serde_json::{Value, json};

fn deployment() -> Value {
    json!({
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": { "name": "a" },
        "spec": {
            "selector": { "matchLabels": { "app": "a" } },
            "template": { "spec": { "containers": [
                { "name": "a", "image": "a", "ports": [{ "containerPort": 53 }],
                  "livenessProbe": { "tcpSocket": { "port": "dns" } },
                  "resources": { "limits": { "cpu": "1" } } }
            ] } }
        }
    })
}

#[test]
fn a_sound_object_has_nothing_wrong() {
    assert_eq!(check_fields(&deployment()), [""; 0]);
}

#[test]
fn wrong_fields_are_found() {
    let container = "/spec/template/spec/containers/0";
    for (pointer, value, said) in [
        (
            "/spec".to_owned(),
            json!({ "selector": {}, "template": {}, "replica": 1 }),
            "/spec/replica is no field",
        ),
        (
            format!("{container}/livenessProbe"),
            json!({ "httpget": { "port": 4000 } }),
            "livenessProbe/httpget is no field",
        ),
        (format!("{container}/image"), json!(null), "/image is null"),
        (
            format!("{container}/resources/limits/cpu"),
            json!(1),
            "cpu: 1 is read as \"1\"",
        ),
        (
            format!("{container}/ports/0"),
            json!({ "protocol": "UDP" }),
            "/ports/0/containerPort is required",
        ),
        (
            "/spec/selector".to_owned(),
            json!("app"),
            "invalid type: string",
        ),
        (
            "/kind".to_owned(),
            json!("DaemonSet"),
            // A DaemonSet is updated in another way, but shares the fields of the sample.
            "",
        ),
        (
            "/kind".to_owned(),
            json!("Deploymen"),
            "no kind `Deploymen` of API version `apps/v1`",
        ),
    ] {
        let mut object = deployment();
        match object.pointer_mut(&pointer) {
            Some(place) => *place = value,
            None => panic!("{pointer}"),
        }
        let found = check_fields(&object).join("\n");
        assert_eq!(found.is_empty(), said.is_empty(), "{pointer}: {found}");
        assert!(found.contains(said), "{pointer}: {found}");
    }
}

#[test]
fn secrets_and_custom_kinds_are_known() {
    let secret = |data: Value| {
        let mut secret =
            json!({ "apiVersion": "v1", "kind": "Secret", "metadata": { "name": "a" } });
        secret["data"] = data;
        check_fields(&secret)
    };
    assert_eq!(secret(json!({ "a": "YQ==" })), [""; 0]);
    assert_ne!(secret(json!({ "a": "ref+sops://a.yaml#b" })), [""; 0]);

    let config = |spec: Value| {
        check_fields(&json!({
            "apiVersion": "helm.cattle.io/v1", "kind": "HelmChartConfig",
            "metadata": { "name": "rke2-coredns", "namespace": "kube-system" }, "spec": spec
        }))
    };
    assert_eq!(config(json!({ "valuesContent": "a: b\n" })), [""; 0]);
    assert_ne!(config(json!({ "valueContent": "a: b\n" })), [""; 0]);
}
