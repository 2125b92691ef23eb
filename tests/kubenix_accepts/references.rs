//! Objects that name others name what is there.

use common::kubenix::Objects;
use serde_json::Value;

use crate::trees::{clusters, objects};

fn texts<'a>(list: &'a Value, pointer: &str) -> Vec<&'a str> {
    let list = list.as_array().into_iter().flatten();
    list.filter_map(|one| one.pointer(pointer)?.as_str())
        .collect()
}

/// Whether every label of the selector is among those.
fn selects(selector: &Value, labels: &Value) -> bool {
    let selector = selector.as_object().expect("a selector");
    !selector.is_empty() && selector.iter().all(|(name, value)| labels[name] == *value)
}

/// The Deployment whose pods a selector means.
fn selected<'a>(objects: &'a Objects, namespace: &Value, selector: &Value) -> &'a Value {
    let deployments = objects.of_kind("Deployment").into_iter();
    let mut found = deployments.filter(|deployment| {
        deployment["metadata"]["namespace"] == *namespace
            && selects(
                selector,
                &deployment["spec"]["template"]["metadata"]["labels"],
            )
    });
    match (found.next(), found.next()) {
        (Some(deployment), None) => deployment,
        (None, _) => panic!("{selector} selects nothing"),
        (Some(_), Some(_)) => panic!("{selector} selects several"),
    }
}

#[test]
fn services_lead_to_listeners() {
    let mut seen = 0;
    for cluster in clusters() {
        let objects = objects(&cluster.name, &cluster.kubenix);
        for service in objects.of_kind("Service") {
            let spec = &service["spec"];
            let deployment = selected(
                &objects,
                &service["metadata"]["namespace"],
                &spec["selector"],
            );
            let container = &deployment["spec"]["template"]["spec"]["containers"][0];
            let listeners = container["ports"].as_array().expect("ports");
            for port in spec["ports"].as_array().expect("ports") {
                seen += 1;
                let target = port.get("targetPort").unwrap_or(&port["port"]);
                let listener = listeners
                    .iter()
                    .find(|one| one["name"] == *target || one["containerPort"] == *target)
                    .unwrap_or_else(|| panic!("{}: {port} leads nowhere", cluster.name));
                assert_eq!(listener["protocol"], port["protocol"], "{}", cluster.name);
            }
        }
    }
    assert!(seen > 0);
}

#[test]
fn budgets_and_deployments_select_pods() {
    for cluster in clusters() {
        let objects = objects(&cluster.name, &cluster.kubenix);
        let deployments = objects.of_kind("Deployment").into_iter();
        for owner in deployments.chain(objects.of_kind("PodDisruptionBudget")) {
            let labels = &owner["spec"]["selector"]["matchLabels"];
            let namespace = &owner["metadata"]["namespace"];
            let deployment = selected(&objects, namespace, labels);
            assert_eq!(deployment["metadata"]["name"], owner["metadata"]["name"]);
            if owner["kind"] == "PodDisruptionBudget" {
                let replicas = deployment["spec"]["replicas"].as_i64();
                let missing = owner["spec"]["maxUnavailable"].as_i64();
                assert!(missing > Some(0) && missing < replicas, "{}", cluster.name);
            }
        }
    }
}

#[test]
fn volumes_are_there_and_mounted() {
    for cluster in clusters() {
        let objects = objects(&cluster.name, &cluster.kubenix);
        for deployment in objects.of_kind("Deployment") {
            let pod = &deployment["spec"]["template"]["spec"];
            for (kind, pointer) in [
                ("ConfigMap", "/configMap/name"),
                ("Secret", "/secret/secretName"),
            ] {
                for name in texts(&pod["volumes"], pointer) {
                    let source = objects.get(kind, name);
                    assert_eq!(
                        source["metadata"]["namespace"], deployment["metadata"]["namespace"],
                        "{}",
                        cluster.name
                    );
                }
            }
            let mut volumes = texts(&pod["volumes"], "/name");
            let mut mounted = texts(&pod["containers"][0]["volumeMounts"], "/name");
            volumes.sort_unstable();
            mounted.sort_unstable();
            mounted.dedup();
            assert_eq!(volumes, mounted, "{}", cluster.name);
        }
    }
}

/// The ports on which a configuration of Blocky listens.
fn listens(objects: &Objects, name: &str) -> Vec<i64> {
    let config = objects.get("ConfigMap", name)["data"]["config.yml"]
        .as_str()
        .expect("a configuration");
    let config: Value = serde_saphyr::from_str(config).expect("YAML");
    let ports = config["ports"].as_object().expect("ports").values();
    let mut ports: Vec<i64> = ports.map(|port| port.as_i64().expect("a number")).collect();
    ports.sort_unstable();
    ports
}

/// Every one once, in order.
fn distinct<'a>(ports: impl Iterator<Item = &'a Value>) -> Vec<i64> {
    let mut ports: Vec<i64> = ports.filter_map(Value::as_i64).collect();
    ports.sort_unstable();
    ports.dedup();
    ports
}

#[test]
fn blocky_listens_where_its_pods_and_services_say() {
    let mut seen = 0;
    for cluster in clusters() {
        let app = objects(&cluster.name, &cluster.kubenix);
        let release = objects(&cluster.name, &cluster.release);
        for deployment in app.of_kind("Deployment") {
            seen += 1;
            let name = deployment["metadata"]["name"].as_str().expect("a name");
            let container = &deployment["spec"]["template"]["spec"]["containers"][0];
            let ports = container["ports"].as_array().expect("ports");
            let said = distinct(ports.iter().map(|port| &port["containerPort"]));
            assert_eq!(listens(&app, name), said, "{} of {}", name, cluster.name);
            // The submodule's own port is that of HTTP.
            let values = release.values(name);
            let dns = values["service"]["dns"]["ports"]
                .as_object()
                .expect("ports");
            let main = &values["service"]["main"]["ports"]["http"]["port"];
            let said = distinct(dns.values().map(|port| &port["targetPort"]).chain([main]));
            assert_eq!(
                listens(&release, name),
                said,
                "{} of {}",
                name,
                cluster.name
            );
        }
    }
    assert!(seen > 2, "{seen}");
}
