//! Kubernetes objects in an order of their own.

use serde_json::Value;

/// Objects sorted by API version, kind, namespace and name; and what Helm charts would be given.
#[derive(Clone, Debug, PartialEq)]
pub struct Objects {
    objects: Vec<Value>,
    releases: Value,
}

impl Objects {
    /// These objects, and no charts.
    pub fn of(objects: Vec<Value>) -> Self {
        let mut objects = objects;
        objects.sort_by_cached_key(key);
        Self {
            objects,
            releases: Value::Null,
        }
    }

    /// The objects of YAML texts, each of one or more documents. Documents without content don't
    /// count.
    ///
    /// # Panics
    ///
    /// If a text is no YAML.
    pub fn of_yaml<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut objects = Vec::new();
        for text in texts {
            match serde_saphyr::from_multiple::<Value>(text) {
                Ok(documents) => {
                    objects.extend(documents.into_iter().filter(|document| !document.is_null()));
                }
                Err(error) => panic!("no YAML: {error}\n{text}"),
            }
        }
        Self::of(objects)
    }

    /// What `tests/kubenix/report.nix` gives.
    pub(crate) fn of_report(mut report: Value) -> Self {
        let Value::Array(objects) = report["objects"].take() else {
            panic!("the report has no objects: {report}");
        };
        Self {
            releases: report["releases"].take(),
            ..Self::of(objects)
        }
    }

    /// Every object.
    pub fn list(&self) -> &[Value] {
        &self.objects
    }

    /// `Kind namespace/name` of every object; without namespace: `Kind name`.
    pub fn names(&self) -> Vec<String> {
        let name = |object| {
            let [_, kind, namespace, name] = key(object);
            if namespace.is_empty() {
                format!("{kind} {name}")
            } else {
                format!("{kind} {namespace}/{name}")
            }
        };
        self.objects.iter().map(name).collect()
    }

    /// The object of a kind and name.
    ///
    /// # Panics
    ///
    /// If there is none, or one in each of several namespaces.
    pub fn get(&self, kind: &str, name: &str) -> &Value {
        let mut found = self.objects.iter().filter(|object| {
            let [_, own_kind, _, own_name] = key(object);
            own_kind == kind && own_name == name
        });
        match (found.next(), found.next()) {
            (Some(object), None) => object,
            (None, _) => panic!("no {kind} {name}, only {:?}", self.names()),
            (Some(_), Some(_)) => panic!("several {kind} {name}: {:?}", self.names()),
        }
    }

    /// Every object of a kind.
    pub fn of_kind(&self, kind: &str) -> Vec<&Value> {
        let objects = self.objects.iter();
        objects.filter(|object| object["kind"] == kind).collect()
    }

    /// The chart's values that an instance of a submodule makes of its arguments.
    ///
    /// # Panics
    ///
    /// If there is no such instance or it has not got one release of its name.
    pub fn values(&self, instance: &str) -> &Value {
        &self.release(instance)["values"]
    }

    /// Name, namespace, chart and values of an instance's release.
    ///
    /// # Panics
    ///
    /// As [`Self::values`].
    pub fn release(&self, instance: &str) -> &Value {
        match self.releases.pointer(&format!("/{instance}/{instance}")) {
            Some(release) => release,
            None => panic!("no release {instance}: {:#}", self.releases),
        }
    }

    /// Every release, by the name of the instance and its own; those outside of an instance by "".
    pub fn releases(&self) -> &Value {
        &self.releases
    }
}

fn key(object: &Value) -> [String; 4] {
    [
        "/apiVersion",
        "/kind",
        "/metadata/namespace",
        "/metadata/name",
    ]
    .map(|pointer| {
        let found = object.pointer(pointer).and_then(Value::as_str);
        found.unwrap_or_default().to_owned()
    })
}
