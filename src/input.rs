//! Reading a declaration: from a file or from standard input, with the positions that a flake
//! passes along, and the policy files that it names. Nothing else of the user's is read.

use std::io::Read;
use std::path::{Component, Path, PathBuf};

use crate::declaration::load::load;
use crate::declaration::load_error::LoadError;
use crate::declaration::positions;
use crate::declaration::source::{Files, Format, Source};
use crate::declaration::value::{Kind, Value};
use crate::scalar::RootPath;

/// Where a declaration is, and how it is to be shown.
#[derive(Debug, Clone)]
pub struct Request {
    /// The file; `-` is JSON on standard input.
    pub file: PathBuf,
    /// Where relative paths start; the file's folder where absent.
    pub root: Option<PathBuf>,
    /// The name that messages show; the file as given where absent.
    pub display_name: Option<String>,
    /// A file with the positions of an evaluated declaration.
    pub positions: Option<PathBuf>,
}

impl Request {
    fn is_stdin(&self) -> bool {
        self.file.as_os_str() == "-"
    }

    /// The name that messages show.
    #[must_use]
    pub fn shown(&self) -> String {
        match &self.display_name {
            Some(name) => name.clone(),
            None if self.is_stdin() => "<standard input>".to_owned(),
            None => self.file.display().to_string(),
        }
    }
}

/// A declaration that was read.
#[derive(Debug)]
pub struct Input {
    /// Its text, for snippets.
    pub source: Source,
    /// Its values.
    pub value: Value,
    /// The policy files that it names.
    pub files: Files,
}

/// Why a declaration could not be read.
#[derive(Debug, thiserror::Error)]
pub enum InputError {
    /// A file could not be read.
    #[error("can't read {path}: {source}")]
    Io {
        /// The file.
        path: String,
        /// What the operating system says.
        source: std::io::Error,
    },
    /// The text is no declaration.
    #[error("{} is no declaration", .text.display_name)]
    Load {
        /// What is wrong with it; never empty.
        errors: Vec<LoadError>,
        /// The text.
        text: Source,
    },
}

/// Reads a declaration.
///
/// # Errors
/// A file that can't be read, a text that can't be parsed or needs evaluation.
pub fn read(request: &Request) -> Result<Input, InputError> {
    let is_stdin = request.is_stdin();
    let shown = request.shown();
    let bytes = if is_stdin {
        standard_input()
    } else {
        std::fs::read(&request.file)
    };
    let source = source(&shown, bytes)?;
    let is_json = is_stdin
        || request
            .file
            .extension()
            .is_some_and(|ending| ending == "json");
    let format = if is_json { Format::Json } else { Format::Nix };
    let mut value = match load(&source, format) {
        Ok(value) => value,
        Err(errors) => {
            return Err(InputError::Load {
                errors,
                text: source,
            });
        }
    };
    if let Some(path) = &request.positions {
        let shown = path.display().to_string();
        let file = self::source(&shown, std::fs::read(path))?;
        match positions::parse(&file) {
            Ok(positions) => positions::apply_positions(&mut value, &positions),
            Err(error) => {
                let errors = vec![error];
                return Err(InputError::Load { errors, text: file });
            }
        }
    }
    if format == Format::Nix {
        let folder = request.file.parent().unwrap_or(Path::new(""));
        if let Some(root) = &request.root {
            let prefix = relative(&absolute(folder)?, &absolute(root)?);
            rebase(&mut value, &prefix);
        }
    }
    let files = policies(&value, &|path| {
        let name = beside(request, Path::new(&shown), path);
        (name, below(request, path))
    });
    Ok(Input {
        source,
        value,
        files,
    })
}

/// The policy files that a declaration names. `place` has the name and the place of one.
fn policies(value: &Value, place: &dyn Fn(&RootPath) -> (PathBuf, PathBuf)) -> Files {
    fn attribute<'v>(value: &'v Value, name: &str) -> Option<&'v Value> {
        match &value.kind {
            Kind::Set(set) => set.entries.get(name).map(|entry| &entry.value),
            _ => None,
        }
    }
    let further = match attribute(value, "tailnets").map(|value| &value.kind) {
        Some(Kind::Set(set)) => set.entries.values().map(|entry| &entry.value).collect(),
        _ => Vec::new(),
    };
    let tailnets = attribute(value, "tailnet").into_iter().chain(further);
    let named = tailnets.filter_map(|tailnet| match &attribute(tailnet, "policy")?.kind {
        Kind::Path(path) | Kind::String(path) => path.parse::<RootPath>().ok(),
        _ => None,
    });
    let read = named.map(|path| {
        let (name, place) = place(&path);
        (path.as_str().to_owned(), policy(&name, &place))
    });
    read.collect()
}

fn policy(name: &Path, place: &Path) -> Result<Source, String> {
    let bytes = std::fs::read(place).map_err(|error| error.to_string())?;
    Source::from_bytes(&name.display().to_string(), bytes).map_err(|_| "it is not UTF-8".to_owned())
}

/// Where a path of the declaration leads.
fn below(request: &Request, path: &RootPath) -> PathBuf {
    let folder = || request.file.parent().unwrap_or(Path::new(""));
    let root = request.root.as_deref().unwrap_or_else(folder);
    root.join(path.as_str())
}

/// How messages show it: beside the declaration, as that is shown; where a root is given and no name
/// to show, below that.
fn beside(request: &Request, shown: &Path, path: &RootPath) -> PathBuf {
    if request.root.is_some() && request.display_name.is_none() {
        return below(request, path);
    }
    shown.parent().unwrap_or(Path::new("")).join(path.as_str())
}

fn standard_input() -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    std::io::stdin().lock().read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn source(shown: &str, bytes: std::io::Result<Vec<u8>>) -> Result<Source, InputError> {
    let bytes = bytes.map_err(|source| InputError::Io {
        path: shown.to_owned(),
        source,
    })?;
    Source::from_bytes(shown, bytes).map_err(|errors| InputError::Load {
        errors,
        text: Source::empty(shown),
    })
}

fn absolute(path: &Path) -> Result<PathBuf, InputError> {
    let path = if path.as_os_str().is_empty() {
        Path::new(".")
    } else {
        path
    };
    path.canonicalize().map_err(|source| InputError::Io {
        path: path.display().to_string(),
        source,
    })
}

/// The way from `root` to `folder`, both absolute.
fn relative(folder: &Path, root: &Path) -> String {
    let mut from = root.components().peekable();
    let mut to = folder.components().peekable();
    while from.peek().is_some() && from.peek() == to.peek() {
        from.next();
        to.next();
    }
    let up = from.map(|_| "..".to_owned());
    let down = to.map(|part: Component<'_>| part.as_os_str().to_string_lossy().into_owned());
    up.chain(down).collect::<Vec<_>>().join("/")
}

/// Path literals are relative to their file; the declaration's are relative to its root.
fn rebase(value: &mut Value, prefix: &str) {
    match &mut value.kind {
        Kind::Path(path) if !path.starts_with('/') => {
            let mut parts: Vec<&str> = prefix.split('/').filter(|part| !part.is_empty()).collect();
            for part in path.split('/') {
                let goes_back = part == ".." && parts.last().is_some_and(|last| *last != "..");
                if goes_back {
                    parts.pop();
                } else {
                    parts.push(part);
                }
            }
            *path = parts.join("/");
        }
        Kind::List(elements) => elements
            .iter_mut()
            .for_each(|element| rebase(element, prefix)),
        Kind::Set(set) => {
            for entry in set.entries.values_mut() {
                rebase(&mut entry.value, prefix);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::relative;
    use std::path::Path;

    #[test]
    fn the_way_from_the_root_to_the_folder() {
        let way = |folder: &str, root: &str| relative(Path::new(folder), Path::new(root));
        assert_eq!(way("/a/b", "/a"), "b");
        assert_eq!(way("/a", "/a"), "");
        assert_eq!(way("/a", "/a/b"), "..");
        assert_eq!(way("/a/c", "/a/b"), "../c");
    }
}
