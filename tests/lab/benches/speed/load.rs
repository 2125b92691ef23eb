//! What is asked.

use std::fs;
use std::net::IpAddr;
use std::path::PathBuf;

use serde::Serialize;
use tailwright_lab::Failure;
use tailwright_lab::home::Home;
use tailwright_lab::namespace::Namespace;
use tailwright_lab::quad100::Config;
use tailwright_lab::scratch::Scratch;

const SUFFIX: &str = "tail96fefe.ts.net";
/// Members that are asked for again and again.
const FEW: u32 = 100;
/// Names of which each is asked for once: at full speed, and at the fixed rate.
const MANY: [u32; 2] = [40_000, 10_000];

/// A tailnet in which all members that are asked for are there.
pub(crate) fn tailnet() -> Config {
    let mut config = Config::new(SUFFIX);
    config.quiet = true;
    for n in 0..MANY[0] + MANY[1] {
        // From 100.65.0.0 on.
        let address = IpAddr::from((0x6441_0000 + n).to_be_bytes());
        config.hosts.insert(format!("m{n}"), vec![address]);
    }
    config
}

/// A name that no load asks for.
pub(crate) fn last_member() -> String {
    format!("last.{SUFFIX}")
}

/// A kind of questions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Load {
    /// A few members, again and again.
    Known,
    /// Members, each once.
    Distinct,
    /// Names that nobody has, each once.
    Missing,
    /// A few names that nobody has, again and again.
    MissingAgain,
    /// Names of other zones.
    Outside,
    /// Members, by who may not ask.
    Stranger,
}

/// What a report says of one.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Description {
    pub(crate) load: &'static str,
    pub(crate) what: String,
    pub(crate) answer: &'static str,
}

impl Load {
    /// In the order in which they are put to a fresh server: names that are asked for once come first.
    pub(crate) const ALL: [Self; 6] = [
        Self::Distinct,
        Self::Known,
        Self::Missing,
        Self::MissingAgain,
        Self::Outside,
        Self::Stranger,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Known => "known",
            Self::Distinct => "distinct",
            Self::Missing => "missing",
            Self::MissingAgain => "missing again",
            Self::Outside => "outside",
            Self::Stranger => "stranger",
        }
    }

    /// The code of each answer.
    pub(crate) fn answer(self) -> &'static str {
        match self {
            Self::Known | Self::Distinct => "NOERROR",
            Self::Missing | Self::MissingAgain => "NXDOMAIN",
            Self::Outside | Self::Stranger => "REFUSED",
        }
    }

    pub(crate) fn description(self) -> Description {
        let what = match self {
            Self::Known => format!("{FEW} members, again and again"),
            Self::Distinct => "members, each once".to_owned(),
            Self::Missing => "names that no member has, each once".to_owned(),
            Self::MissingAgain => format!("{FEW} names that no member has, again and again"),
            Self::Outside => format!("{FEW} names of another zone"),
            Self::Stranger => format!("{FEW} members, by a host that may not ask"),
        };
        Description {
            load: self.name(),
            what,
            answer: self.answer(),
        }
    }

    /// Whether each name is asked for once.
    pub(crate) fn is_once(self) -> bool {
        matches!(self, Self::Distinct | Self::Missing)
    }

    /// Who asks.
    pub(crate) fn asker(self, home: &Home) -> &Namespace {
        match self {
            Self::Stranger => &home.foreign,
            _ => &home.pod,
        }
    }

    fn label(self, n: u32) -> String {
        match self {
            Self::Known | Self::Distinct | Self::Stranger => format!("m{n}.{SUFFIX}"),
            Self::Missing => format!("x{n}.{SUFFIX}"),
            Self::MissingAgain => format!("y{n}.{SUFFIX}"),
            Self::Outside => format!("m{n}.example.com"),
        }
    }
}

/// How fast it is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pace {
    /// As fast as answers come.
    Full,
    /// So many questions a second.
    Fixed(u32),
}

/// The questions of each load, for dnsperf. Removed on drop, or by a later run.
#[derive(Debug)]
pub(crate) struct Files(Scratch);

impl Files {
    /// Writes them.
    pub(crate) fn write() -> Result<Self, Failure> {
        let files = Self(Scratch::new(&std::env::temp_dir())?);
        for load in Load::ALL {
            let [full, fixed] = if load.is_once() {
                [0..MANY[0], MANY[0]..MANY[0] + MANY[1]]
            } else {
                [0..FEW, 0..FEW]
            };
            for (pace, numbers) in [(Pace::Full, full), (Pace::Fixed(0), fixed)] {
                let lines: String = numbers.map(|n| load.label(n) + " A\n").collect();
                fs::write(files.of(load, pace), lines)?;
            }
        }
        Ok(files)
    }

    /// Those of a load at a pace.
    pub(crate) fn of(&self, load: Load, pace: Pace) -> PathBuf {
        let pace = if pace == Pace::Full { "full" } else { "fixed" };
        self.0.path().join(format!("{} {pace}", load.name()))
    }
}
