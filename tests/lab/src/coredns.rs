//! CoreDNS as a cluster runs it, with what a user adds to its configuration.

use std::fs;

use crate::namespace::Namespace;
use crate::process::Daemon;
use crate::scratch::Scratch;
use crate::{Error, Result};

/// A running CoreDNS.
#[derive(Debug)]
pub struct CoreDns {
    // Both end with it; the files after the daemon that reads them.
    _daemon: Daemon,
    _files: Scratch,
}

impl CoreDns {
    /// Serves `corefile` from inside `namespace`; returns when all its servers listen.
    ///
    /// `custom` are the files that a ConfigMap puts into the folder `custom`, by name: the
    /// Corefile imports them as `custom/*.server`. In a cluster the folder has an absolute path.
    ///
    /// # Errors
    /// If the configuration is refused, or the daemon doesn't start.
    pub fn start(namespace: &Namespace, corefile: &str, custom: &[(&str, &str)]) -> Result<Self> {
        let files = Scratch::new(&std::env::temp_dir())?;
        let folder = files.path().join("custom");
        fs::create_dir(&folder).map_err(Error::io(format!("could not make {folder:?}")))?;
        let main = files.path().join("Corefile");
        let all = std::iter::once((main.clone(), corefile))
            .chain(custom.iter().map(|(name, text)| (folder.join(name), *text)));
        for (path, text) in all {
            fs::write(&path, text).map_err(Error::io(format!("could not write {path:?}")))?;
        }
        let mut command = namespace.command("coredns");
        command.arg("-conf").arg(&main);
        let mut daemon = Daemon::start("coredns", &mut command)?;
        // Written when every listener is open.
        daemon.wait_until("start of service", |d| {
            Ok(d.output().iter().any(|l| l.starts_with("CoreDNS-")))
        })?;
        Ok(Self {
            _daemon: daemon,
            _files: files,
        })
    }
}
