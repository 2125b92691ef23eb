//! What the command is told.

/// The options.
#[derive(Debug, Clone)]
pub(crate) struct Options {
    /// How many cases are compared.
    pub(crate) cases: u64,
    /// The seed of the first; each one after has the next.
    pub(crate) seed: u64,
    /// How many cases run at once.
    pub(crate) jobs: usize,
    /// How often everything that is required has to be shown; 0 where nothing is.
    pub(crate) least: usize,
    /// Where the report goes.
    pub(crate) report: Option<std::path::PathBuf>,
    /// Whether only the declarations are printed.
    pub(crate) prints: bool,
    /// How many smaller cases are tried where one fails.
    pub(crate) shrinks: usize,
}

/// Twenty-five cases, the same in every run: a change of the code is what makes the difference.
const DEFAULT: Options = Options {
    cases: 25,
    seed: 1,
    jobs: 4,
    least: 1,
    report: None,
    prints: false,
    shrinks: 60,
};

/// How it is used.
pub(crate) const USAGE: &str = "cargo test -p tailwright-lab --test differential -- [OPTION]…

  --cases N     how many declarations are compared (25)
  --seed N      the seed of the first; each one after has the next (1); `fresh` takes one from the clock
  --jobs N      how many are compared at once (4)
  --least N     how often each thing that a report counts has to be shown (1 for the usual cases, else 0)
  --shrink N    how many smaller declarations are tried where one fails (60)
  --report FILE where the report goes, as JSON
  --print       prints the declarations, and compares nothing
";

impl Options {
    /// From the command line; `None` where it asks for tests by a name that none of these has.
    pub(crate) fn read(arguments: impl Iterator<Item = String>) -> Result<Option<Self>, String> {
        let mut options = DEFAULT;
        let mut least = None;
        let mut arguments = arguments;
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().ok_or(format!("{argument} needs a value"));
            let number = |text: String| {
                text.parse::<u64>()
                    .map_err(|_| format!("{argument} {text}: no number"))
            };
            match argument.as_str() {
                "--cases" => options.cases = number(value()?)?,
                "--seed" => {
                    let text = value()?;
                    options.seed = if text == "fresh" {
                        clock()
                    } else {
                        number(text)?
                    };
                }
                "--jobs" => options.jobs = size(number(value()?)?),
                "--least" => least = Some(size(number(value()?)?)),
                "--shrink" => options.shrinks = size(number(value()?)?),
                "--report" => options.report = Some(value()?.into()),
                "--print" => options.prints = true,
                // What cargo hands to every test program.
                "--nocapture" | "--quiet" | "-q" | "--exact" => {}
                name if !name.starts_with('-') && !"differential".contains(name) => {
                    return Ok(None);
                }
                name if !name.starts_with('-') => {}
                other => return Err(format!("{other} is no option\n\n{USAGE}")),
            }
        }
        let is_usual = options.cases >= DEFAULT.cases;
        options.least = least.unwrap_or(if is_usual { DEFAULT.least } else { 0 });
        Ok(Some(options))
    }
}

fn size(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

fn clock() -> u64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    now.map_or(0, |now| now.as_secs())
}
