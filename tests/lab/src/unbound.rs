//! Unbound, of the system or of another system's root.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::command::run;
use crate::namespace::Namespace;
use crate::process::Daemon;
use crate::scratch::Scratch;
use crate::{Error, Result};

const PROGRAM: &str = "/usr/sbin/unbound";
const CHECK: &str = "/usr/sbin/unbound-checkconf";

/// The variable that names the root directory of a system with another unbound.
pub const ROOT_VARIABLE: &str = "TAILWRIGHT_UNBOUND_ROOT";

/// An unbound to test with.
#[derive(Debug, Clone)]
pub struct Installation {
    root: Option<PathBuf>,
}

impl Installation {
    /// Every unbound at hand: the system's, and that of [`ROOT_VARIABLE`].
    ///
    /// # Errors
    /// If there is none, or none where the variable points to.
    pub fn all() -> Result<Vec<Self>> {
        let mut found = Vec::new();
        if Path::new(PROGRAM).exists() {
            found.push(Self { root: None });
        }
        if let Some(root) = std::env::var_os(ROOT_VARIABLE).map(PathBuf::from) {
            let program = root.join(PROGRAM.trim_start_matches('/'));
            if !program.exists() {
                return Err(Error::NoUnbound(program));
            }
            found.push(Self { root: Some(root) });
        }
        if found.is_empty() {
            return Err(Error::NoUnbound(PROGRAM.into()));
        }
        Ok(found)
    }

    /// The newest of them.
    ///
    /// # Errors
    /// As [`Self::all`] and [`Self::version`].
    pub fn newest() -> Result<Self> {
        let mut newest = None;
        for installation in Self::all()? {
            let version = installation.version()?;
            if newest.as_ref().is_none_or(|(best, _)| *best < version) {
                newest = Some((version, installation));
            }
        }
        let newest = newest.map(|(_, installation)| installation);
        newest.ok_or_else(|| Error::NoUnbound(PROGRAM.into()))
    }

    /// Its version, as `[1, 26, 2]`.
    ///
    /// # Errors
    /// If it doesn't say.
    pub fn version(&self) -> Result<[u32; 3]> {
        let (program, arguments) = self.words(PROGRAM);
        let output = run(Command::new(program).args(arguments).arg("-V"))?;
        let version = output
            .lines()
            .find_map(|line| line.strip_prefix("Version "))
            .and_then(|text| {
                let mut parts = text.split('.').map(|part| part.trim().parse().ok());
                Some([parts.next()??, parts.next()??, parts.next()??])
            });
        version.ok_or_else(|| Error::Output {
            program: "unbound -V".to_owned(),
            reason: "no version".to_owned(),
            output,
        })
    }

    fn temporary(&self) -> PathBuf {
        let root = self.root.as_deref().unwrap_or_else(|| Path::new("/"));
        root.join("tmp")
    }

    /// A path as the program sees it.
    fn inside(&self, path: &Path) -> PathBuf {
        let seen = self.root.as_ref().and_then(|r| path.strip_prefix(r).ok());
        seen.map_or_else(|| path.to_owned(), |p| Path::new("/").join(p))
    }

    /// Program and first arguments that run `program` of this system.
    fn words(&self, program: &str) -> (OsString, Vec<OsString>) {
        match &self.root {
            None => (program.into(), Vec::new()),
            Some(root) => ("chroot".into(), vec![root.into(), program.into()]),
        }
    }
}

/// A running unbound.
#[derive(Debug)]
pub struct Unbound {
    // Both end with it; the files after the daemon that reads them.
    daemon: Daemon,
    _files: Scratch,
}

impl Unbound {
    /// Checks `configuration` with `unbound-checkconf` and serves it from inside `namespace`;
    /// returns when it listens.
    ///
    /// The text stays as it is. As NixOS does with its module's, paths, user and control
    /// socket are set to what exists where it runs: by lines behind it, of which unbound takes
    /// the last.
    ///
    /// # Errors
    /// If it is refused or warned about, or the daemon doesn't start.
    pub fn start(
        installation: &Installation,
        namespace: &Namespace,
        configuration: &str,
    ) -> Result<Self> {
        let files = Scratch::new(&installation.temporary())?;
        let directory = installation.inside(files.path());
        let path = files.path().join("unbound.conf");
        let text = format!("{configuration}\n{}", surroundings(&directory));
        fs::write(&path, text).map_err(Error::io(format!("could not write {path:?}")))?;
        let path = installation.inside(&path);

        let (program, arguments) = installation.words(CHECK);
        let mut check = Command::new(program);
        let output = run(check.args(arguments).arg(&path))?;
        if output.contains("warning") {
            return Err(Error::Output {
                program: "unbound-checkconf".to_owned(),
                reason: "it warns".to_owned(),
                output,
            });
        }

        let (program, arguments) = installation.words(PROGRAM);
        let mut command = namespace.command(program);
        command.args(arguments).arg("-d").arg("-c").arg(&path);
        let mut daemon = Daemon::start("unbound", &mut command)?;
        daemon.wait_until("start of service", |d| {
            Ok(d.output().iter().any(|l| l.contains("start of service")))
        })?;
        Ok(Self {
            daemon,
            _files: files,
        })
    }

    /// The process, to freeze it.
    #[must_use]
    pub fn daemon(&self) -> &Daemon {
        &self.daemon
    }
}

fn surroundings(directory: &Path) -> String {
    let directory = directory.display();
    format!(
        "server:
  directory: \"{directory}\"
  chroot: \"\"
  username: \"\"
  pidfile: \"\"
  use-syslog: no
  logfile: \"\"
  verbosity: 1
  tls-cert-bundle: \"\"
remote-control:
  control-enable: no
"
    )
}
