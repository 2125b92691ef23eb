//! `HelmChartConfig`, by which users of k3s and RKE2 change the values of a packaged chart.
//!
//! Of the fields in `pkg/apis/helm.cattle.io/v1/types.go` of k3s-io/helm-controller (0.17.7), those
//! that older releases have as well.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use serde::{Deserialize, Serialize};

#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct HelmChartConfig {
    api_version: String,
    kind: String,
    metadata: ObjectMeta,
    spec: Spec,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Spec {
    #[serde(skip_serializing_if = "Option::is_none")]
    values_content: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    failure_policy: Option<String>,
}
