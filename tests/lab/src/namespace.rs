//! Network namespaces, and the links between them, through iproute2.
//!
//! A namespace is called `twlab-<process id>-<number>-<role>`, so that several runs don't meet. What
//! runs in those of a process that was killed is ended and they are removed at once, by a shell that
//! waits for its end; if that was killed as well, by the next process that makes one.

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Once, OnceLock};

use crate::command::{run, run_with_input};
use crate::ours;
use crate::{Error, Result};

/// A network namespace with its loopback up. Dropping it ends what still runs in it and
/// removes it with its interfaces.
#[derive(Debug)]
pub struct Namespace {
    name: String,
}

impl Namespace {
    /// Makes a namespace; `role` (letters and digits) only makes its name readable.
    ///
    /// # Errors
    /// [`Error::NotRoot`], or what `ip` said.
    pub fn new(role: &str) -> Result<Self> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        static FIRST: Once = Once::new();
        require_root()?;
        let mut first = Ok(());
        FIRST.call_once(|| first = sweep().and_then(|()| watch()));
        first?;
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = ours::name(&format!("{number}-{role}"));
        run(Command::new("ip").args(["netns", "add", &name]))?;
        let namespace = Self { name };
        namespace.ip("link set lo up")?;
        Ok(namespace)
    }

    /// The name that `ip netns` knows it by.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// A command that will run inside. `ip netns exec` replaces itself by the program, so the
    /// child's process id is the program's.
    #[must_use]
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new("ip");
        command.args(["netns", "exec", &self.name]).arg(program);
        command
    }

    /// Runs `ip` with these arguments, split at spaces, on the inside.
    ///
    /// # Errors
    /// What `ip` said.
    pub fn ip(&self, arguments: &str) -> Result<String> {
        run(Command::new("ip")
            .args(["-n", &self.name])
            .args(arguments.split_whitespace()))
    }

    /// Runs `ip` with several lines of arguments on the inside, in their order.
    ///
    /// # Errors
    /// What `ip` said of the first that it refuses.
    pub fn ip_all<T: AsRef<str>>(&self, lines: &[T]) -> Result<()> {
        let lines: Vec<&str> = lines.iter().map(|line| line.as_ref()).collect();
        let mut command = Command::new("ip");
        command.args(["-n", &self.name, "-batch", "-"]);
        run_with_input(&mut command, &lines.join("\n")).map(drop)
    }

    /// Loads a ruleset for `nft -f` on the inside.
    ///
    /// # Errors
    /// What `nft` said.
    pub fn nft_load(&self, ruleset: &str) -> Result<()> {
        run_with_input(self.command("nft").args(["-f", "-"]), ruleset).map(drop)
    }

    /// Runs a script of `sh -e` on the inside.
    ///
    /// # Errors
    /// What it said, where a command of it failed.
    pub fn shell(&self, script: &str) -> Result<()> {
        run_with_input(self.command("sh").arg("-e"), script).map(drop)
    }

    /// Runs `nft` with these arguments on the inside.
    ///
    /// # Errors
    /// What `nft` said.
    pub fn nft(&self, arguments: &[&str]) -> Result<String> {
        run(self.command("nft").args(arguments))
    }

    /// Makes it forward what is not its own, as a router does.
    ///
    /// # Errors
    /// What the shell said.
    pub fn forward(&self) -> Result<()> {
        let enable = "echo 1 >/proc/sys/net/ipv4/ip_forward";
        run(self.command("sh").args(["-c", enable])).map(drop)
    }

    /// Adds a bridge and attaches the interfaces named in `ports`.
    ///
    /// # Errors
    /// What `ip` said.
    pub fn bridge(&self, name: &str, ports: &[&str]) -> Result<()> {
        self.ip(&format!("link add {name} type bridge"))?;
        for port in ports {
            self.ip(&format!("link set {port} master {name}"))?;
        }
        self.ip(&format!("link set {name} up"))?;
        Ok(())
    }
}

impl Drop for Namespace {
    fn drop(&mut self) {
        // The next run's sweep takes what can't be removed now.
        let _ = remove(&self.name);
    }
}

/// Connects two namespaces: interface `left_name` in one, `right_name` in the other, both up.
///
/// # Errors
/// What `ip` said.
pub fn veth(left: &Namespace, left_name: &str, right: &Namespace, right_name: &str) -> Result<()> {
    left.ip(&format!(
        "link add {left_name} type veth peer name {right_name} netns {}",
        right.name()
    ))?;
    left.ip(&format!("link set {left_name} up"))?;
    right.ip(&format!("link set {right_name} up"))?;
    Ok(())
}

/// Removes the namespaces of laboratory processes that no longer exist, with what runs in
/// them. Once per process, before its first namespace is made.
fn sweep() -> Result<()> {
    let listed = run(Command::new("ip").args(["netns", "list"]))?;
    for name in listed.lines().filter_map(|l| l.split_whitespace().next()) {
        if ours::is_left_over(name) || ours::is_mine(name) {
            // Two runs may sweep at the same time: one of them finds it gone.
            if let Err(error) = remove(name)
                && Path::new("/run/netns").join(name).exists()
            {
                return Err(error);
            }
        }
    }
    Ok(())
}

/// Starts the shell that outlives this process and removes what it has left. In a session of its own,
/// it is not meant by the signal that ends this one.
fn watch() -> Result<()> {
    static TOLD: OnceLock<Child> = OnceLock::new();
    let mut command = Command::new("setsid");
    command.args(["sh", "-c", WATCH, &ours::name("")]);
    // Its standard input ends when this process does, which never writes.
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let child = command
        .spawn()
        .map_err(Error::io("could not start `setsid`"))?;
    TOLD.get_or_init(|| child);
    Ok(())
}

const WATCH: &str = r#"
read -r end
ip netns list | cut -d ' ' -f 1 | grep "^$0" | while read -r name; do
  kill -KILL $(ip netns pids "$name")
  ip netns delete "$name"
done
"#;

fn remove(name: &str) -> Result<()> {
    let inside = run(Command::new("ip").args(["netns", "pids", name]))?;
    for pid in inside.split_whitespace() {
        // It may have ended by itself meanwhile.
        let _ = run(Command::new("kill").args(["-KILL", pid]));
    }
    run(Command::new("ip").args(["netns", "delete", name])).map(drop)
}

fn require_root() -> Result<()> {
    let uid = run(Command::new("id").arg("-u"))?;
    if uid.trim() == "0" {
        Ok(())
    } else {
        Err(Error::NotRoot)
    }
}
