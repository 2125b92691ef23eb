//! Texts that other programs interpret: paths, keys, labels, dates, versions.

use super::{Invalid, scalar, text_newtype};

text_newtype! {
    /// Any text in one line, up to [`super::MAX_TEXT`] bytes.
    Text
}

scalar!(Text, "a text in one line", |text| {
    if text.trim().is_empty() {
        Err(Invalid::new("empty"))
    } else {
        Ok(())
    }
});

text_newtype! {
    /// The path of a user's file, relative to the declaration's root, with slashes and without
    /// `.` or `..` components.
    RootPath
}

scalar!(
    RootPath,
    "a path below the declaration's root such as secrets/hosts.enc.yaml",
    |text| {
        if text.is_empty() {
            return Err(Invalid::new("empty"));
        }
        if text.starts_with('/') {
            return Err(Invalid::new("an absolute path")
                .help("write it relative to the declaration's root: generated files hold no path of one machine"));
        }
        if text.split('/').any(|part| part == "..") {
            return Err(Invalid::new("a path that leaves the declaration's root")
                .help("move the file below the root, or give a root further up with --root"));
        }
        if text.split('/').any(|part| part.is_empty() || part == ".") {
            return Err(Invalid::new("a path that is not in its shortest form")
                .help(format!("write {}", normalize(text))));
        }
        Ok(())
    }
);

fn normalize(path: &str) -> String {
    path.split('/')
        .filter(|part| !part.is_empty() && *part != ".")
        .collect::<Vec<_>>()
        .join("/")
}

text_newtype! {
    /// A secret's key inside a SOPS file; `/` leads into nested maps as sops-nix reads it
    /// (modules/sops/default.nix, option `key`).
    SopsKey
}

scalar!(
    SopsKey,
    "a key of a SOPS file such as tailscale_auth_key",
    |text| {
        if text.is_empty() || text.split('/').any(str::is_empty) {
            return Err(Invalid::new(
                "no key: it, or a part of it between slashes, is empty",
            ));
        }
        if text == "sops" || text.starts_with("sops/") {
            return Err(Invalid::new("SOPS' own metadata"));
        }
        Ok(())
    }
);

text_newtype! {
    /// The key of a Kubernetes label (kubernetes.io/docs/concepts/overview/working-with-objects/labels).
    LabelKey
}

scalar!(
    LabelKey,
    "a label's key such as kubernetes.io/hostname",
    |text| {
        let (prefix, name) = text.rsplit_once('/').unwrap_or(("", text));
        let prefix_fits =
            prefix.is_empty() && !text.starts_with('/') || prefix.parse::<super::DnsName>().is_ok();
        if prefix_fits && is_label_word(name) && !name.is_empty() {
            Ok(())
        } else {
            Err(Invalid::new("no key of a Kubernetes label"))
        }
    }
);

text_newtype! {
    /// The value of a Kubernetes label: up to 63 letters, digits, `-`, `_` and `.`.
    LabelValue
}

scalar!(LabelValue, "a label's value", |text| {
    if is_label_word(text) {
        Ok(())
    } else {
        Err(Invalid::new("no value of a Kubernetes label"))
    }
});

fn is_label_word(text: &str) -> bool {
    let inner = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    text.len() <= 63
        && text.bytes().all(inner)
        && [text.bytes().next(), text.bytes().last()]
            .into_iter()
            .flatten()
            .all(|b| b.is_ascii_alphanumeric())
}

text_newtype! {
    /// A day, `YYYY-MM-DD`.
    Date
}

scalar!(
    Date,
    "a day such as 2027-03-31",
    |text| {
        let parts: Vec<&str> = text.split('-').collect();
        let number = |index: usize, digits: usize| {
            parts
                .get(index)
                .filter(|part| part.len() == digits && part.bytes().all(|b| b.is_ascii_digit()))
                .and_then(|part| part.parse::<u32>().ok())
        };
        let (Some(year), Some(month), Some(day), 3) =
            (number(0, 4), number(1, 2), number(2, 2), parts.len())
        else {
            return Err(Invalid::new("no day in the form YYYY-MM-DD"));
        };
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let days = match month {
            2 if leap => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            1..=12 => 31,
            _ => 0,
        };
        if (1..=days).contains(&day) {
            Ok(())
        } else {
            Err(Invalid::new("a day that no calendar has"))
        }
    },
    Some("^[0-9]{4}-[0-9]{2}-[0-9]{2}$")
);

text_newtype! {
    /// A released version: two or three numbers, with an optional leading `v` and an optional
    /// pre-release behind a hyphen.
    Version
}

scalar!(
    Version,
    "a version such as 0.34.0",
    |text| {
        let bare = text.strip_prefix('v').unwrap_or(text);
        let (numbers, pre) = bare.split_once('-').unwrap_or((bare, "0"));
        let parts: Vec<&str> = numbers.split('.').collect();
        let well_formed = (2..=3).contains(&parts.len())
            && parts.iter().all(|part| {
                !part.is_empty() && part.parse::<u16>().is_ok() && !part.starts_with('+')
            })
            && !pre.is_empty()
            && pre
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'-');
        if well_formed {
            Ok(())
        } else {
            Err(Invalid::new("no version").help("write the release, as in its tag"))
        }
    },
    Some("^v?[0-9]+\\.[0-9]+(\\.[0-9]+)?(-[0-9A-Za-z.-]+)?$")
);

#[cfg(test)]
mod tests {
    use super::{Date, LabelKey, RootPath, SopsKey, Version};

    #[test]
    fn paths_stay_below_the_root() {
        assert!("secrets/hosts.enc.yaml".parse::<RootPath>().is_ok());
        for bad in [
            "",
            "/etc/passwd",
            "../a",
            "a/../b",
            "a//b",
            "./a",
            "a/",
            "a\nb",
        ] {
            assert!(bad.parse::<RootPath>().is_err(), "{bad:?}");
        }
        let help = "./a//b".parse::<RootPath>().unwrap_err().help;
        assert_eq!(help.as_deref(), Some("write a/b"));
    }

    #[test]
    fn days_are_days_of_the_calendar() {
        assert!("2028-02-29".parse::<Date>().is_ok());
        for bad in [
            "2027-02-29",
            "2027-13-01",
            "2027-00-01",
            "27-1-1",
            "2027-01-01T00:00",
        ] {
            assert!(bad.parse::<Date>().is_err(), "{bad}");
        }
    }

    #[test]
    fn versions_have_two_or_three_numbers() {
        for good in ["0.34", "0.34.0", "v0.34.0-rc.1"] {
            assert!(good.parse::<Version>().is_ok(), "{good}");
        }
        for bad in ["latest", "1", "1.2.3.4", "1..2", "1.2-"] {
            assert!(bad.parse::<Version>().is_err(), "{bad}");
        }
    }

    #[test]
    fn keys_are_keys() {
        assert!("tailscale/auth_key".parse::<SopsKey>().is_ok());
        for bad in ["", "/a", "a//b", "sops", "sops/mac"] {
            assert!(bad.parse::<SopsKey>().is_err(), "{bad}");
        }
        assert!("kubernetes.io/hostname".parse::<LabelKey>().is_ok());
        assert!("/hostname".parse::<LabelKey>().is_err());
    }
}
