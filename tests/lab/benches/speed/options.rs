//! What the command is told.

use std::time::Duration;

/// The options.
#[derive(Debug, Clone)]
pub(crate) struct Options {
    /// Whether it measures, or only sees that all of it works.
    pub(crate) measures: bool,
    /// How often everything is measured.
    pub(crate) rounds: usize,
    /// How long each load is put to each configuration at full speed, and as long again at a fixed rate.
    pub(crate) seconds: f64,
    /// Questions a second at the fixed rate.
    pub(crate) rate: u32,
    /// How often quad100 is taken away from each.
    pub(crate) outages: usize,
    /// For how long.
    pub(crate) away: Duration,
    /// Other variants of the generated configuration.
    pub(crate) variants: Vec<Variant>,
    /// The only version of the engine, where not all at hand.
    pub(crate) only: Option<String>,
}

/// The generated configuration, changed.
#[derive(Debug, Clone)]
pub(crate) struct Variant {
    /// What it is called.
    pub(crate) name: String,
    /// Lines that are added to its `server` clause.
    pub(crate) lines: Vec<String>,
}

const USAGE: &str = "cargo bench -p tailwright-lab --bench speed -- [OPTION]…

  --rounds N     how often everything is measured (10)
  --seconds S    how long each load is put to each configuration at full speed, and as long again at
                 a fixed rate (0.7)
  --rate N       questions a second at the fixed rate (2000)
  --outages N    how often quad100 is taken away from each (2)
  --away S       for how many seconds (4)
  --try NAME=LINE;LINE…
                 measures the generated configuration with these lines in its server clause, too
  --only VERSION measures this version of the engine alone
";

impl Options {
    /// From the command line; `None` where it asks for tests by a name that this is not.
    pub(crate) fn read(arguments: &[String]) -> Result<Option<Self>, String> {
        let measures = arguments.iter().any(|argument| argument == "--bench");
        let mut options = if measures {
            Self::new(true, 10, 0.7, 2, 4)
        } else {
            Self::new(false, 1, 0.1, 1, 0)
        };
        let mut arguments = arguments.iter();
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().ok_or(format!("{argument} needs a value"));
            match argument.as_str() {
                "--rounds" => options.rounds = number(argument, value()?)?,
                "--seconds" => options.seconds = number(argument, value()?)?,
                "--rate" => options.rate = number(argument, value()?)?,
                "--outages" => options.outages = number(argument, value()?)?,
                "--away" => options.away = Duration::from_secs(number(argument, value()?)?),
                "--only" => options.only = Some(value()?.clone()),
                "--try" => options.variants.push(Variant::read(value()?)?),
                // What cargo hands to every program of its kind.
                "--bench" | "--nocapture" | "--quiet" | "-q" | "--exact" => {}
                name if !name.starts_with('-') && !"speed".contains(name) => return Ok(None),
                name if !name.starts_with('-') => {}
                other => return Err(format!("{other} is no option\n\n{USAGE}")),
            }
        }
        if options.rounds == 0 {
            return Err("--rounds 0 measures nothing".to_owned());
        }
        Ok(Some(options))
    }

    fn new(measures: bool, rounds: usize, seconds: f64, outages: usize, away: u64) -> Self {
        Self {
            measures,
            rounds,
            seconds,
            rate: 2000,
            outages,
            away: Duration::from_secs(away),
            variants: Vec::new(),
            only: None,
        }
    }
}

impl Variant {
    fn read(text: &str) -> Result<Self, String> {
        let (name, lines) = text
            .split_once('=')
            .ok_or(format!("--try {text}: no `=` behind the name"))?;
        Ok(Self {
            name: name.to_owned(),
            lines: lines.split(';').map(str::to_owned).collect(),
        })
    }
}

fn number<T: std::str::FromStr>(option: &str, text: &str) -> Result<T, String> {
    text.parse()
        .map_err(|_| format!("{option} {text}: no number"))
}
