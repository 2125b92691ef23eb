//! What is applied in the end, for people to read: the objects of the examples, and what the
//! chart of a release is given.

use insta::{Settings, assert_snapshot};

use crate::trees::{clusters, objects};

#[test]
fn objects_of_the_examples_are_these() {
    let mut settings = Settings::clone_current();
    settings.set_snapshot_path("snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let mut seen = 0;
    for cluster in clusters().iter().filter(|cluster| cluster.is_example) {
        seen += 1;
        let name = cluster.name.replace(": ", "-").replace(' ', "-");
        let app = objects(&cluster.name, &cluster.kubenix);
        let release = objects(&cluster.name, &cluster.release);
        settings.bind(|| {
            assert_snapshot!(format!("{name}-objects"), pretty(app.list()));
            assert_snapshot!(format!("{name}-release"), pretty(release.releases()));
        });
    }
    assert!(seen > 0);
}

fn pretty(value: &(impl serde::Serialize + ?Sized)) -> String {
    serde_json::to_string_pretty(value).expect("JSON")
}
