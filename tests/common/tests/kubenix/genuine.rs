//! Genuine kubenix says the same.

use common::kubenix::{Manifests, evaluate, genuine, merged, merged_by_nixpkgs};

use crate::{MAPPING, OWN, SAMPLES, app, objects, release};

/// What both have to say alike.
fn same(test: &str, manifests: &Manifests) {
    if let Some(genuine) = genuine(test, manifests) {
        let genuine = genuine.unwrap_or_else(|refusal| panic!("{}", refusal.reason()));
        assert_eq!(objects(manifests), genuine);
    }
}

#[test]
fn the_objects_are_the_same() {
    same(
        "kubenix::genuine::the_objects_are_the_same",
        &app()
            .module_text(
                "{ lib, ... }: { kubernetes.resources = {
                     deployments.blocky.spec = {
                       replicas = lib.mkForce 5;
                       template.spec.containers = {
                         blocky.env.LEVEL.value = \"info\";
                         metrics.image = \"metrics\";
                       };
                     };
                     statefulSets.store.spec.replicas = 2;
                     services.blocky.spec.loadBalancerSourceRanges = [ \"10.0.0.0/8\" ];
                   }; }",
            )
            .module_text(
                "{ kubernetes = {
                     namespace = \"elsewhere\";
                     resources.configMaps.more.metadata.labels.\"kubenix/own\" = \"x\";
                     resources.services.blocky.spec.loadBalancerSourceRanges = [ \"192.0.2.0/24\" ];
                     resources.services.headless.spec.ports = [
                       { port = 53; protocol = \"UDP\"; } { port = 53; protocol = \"TCP\"; } ];
                   }; }",
            ),
    );
}

#[test]
fn the_charts_values_are_the_same() {
    let test = "kubenix::genuine::the_charts_values_are_the_same";
    same(test, &release());
    same(
        test,
        &release().module_text(
            "{ submodules.instances.other = { submodule = \"release\"; args.config.data.a = 1; }; }",
        ),
    );
}

#[test]
fn the_same_modules_are_refused() {
    let test = "kubenix::genuine::the_same_modules_are_refused";
    for (module, text) in [
        (
            "{ kubernetes.resources.deployments.blocky.spec.replicas = 2; }",
            "has conflicting definition values",
        ),
        (
            "{ kubernetes.resources.deployment.blocky.spec.replicas = 2; }",
            "resources.deployment' does not exist",
        ),
        (
            "{ kubernetes.resource.deployments = { }; }",
            "kubernetes.resource' does not exist",
        ),
        (
            "{ kubernetes.resources.helmchartconfig.rke2-coredns.data = { }; }",
            "rke2-coredns.data' does not exist",
        ),
        (
            "{ kubernetes.resources.services.other.spec.ports = [ { port = 53; } ]; }",
            "protocol' ",
        ),
        (
            "{ kubernetes.resources.configMaps.blocky.data.a = ./.; }",
            "is not of type",
        ),
        (
            "{ submodules.instances.a.submodule = \"releas\"; }",
            "No module found releas/latest",
        ),
        (
            "{ submodules.instances.a = { submodule = \"release\"; args.imag = { }; }; }",
            "submodule.args.imag' does not exist",
        ),
    ] {
        let manifests = app().with_release().module_text(module);
        let Some(genuine) = genuine(test, &manifests) else {
            return;
        };
        for refusal in [evaluate(&manifests).unwrap_err(), genuine.unwrap_err()] {
            assert!(refusal.reason().contains(text), "{}", refusal.reason());
        }
    }
}

#[test]
fn nixpkgs_updates_the_configuration_alike() {
    let test = "kubenix::genuine::nixpkgs_updates_the_configuration_alike";
    let file = format!("{SAMPLES}/{MAPPING}");
    if let Some(genuine) = merged_by_nixpkgs(test, OWN, &file) {
        assert_eq!(merged(OWN, &file).unwrap(), genuine.unwrap());
    }
}
