//! Words of Tailscale and of SOPS.

use super::{Invalid, scalar, text_newtype};

text_newtype! {
    /// A tailnet tag: `tag:` and a name that begins with a letter
    /// (tailscale.com/docs/reference/syntax/policy-file, tagOwners).
    Tag
}

scalar!(
    Tag,
    "a tag such as tag:router",
    |text| {
        let well_formed = |name: &str| {
            name.starts_with(|c: char| c.is_ascii_alphabetic())
                && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        };
        let Some(name) = text.strip_prefix("tag:") else {
            let invalid = Invalid::new("no tag");
            return Err(if well_formed(text) {
                invalid.help(format!("write tag:{text}"))
            } else {
                invalid
            });
        };
        if well_formed(name) {
            Ok(())
        } else {
            Err(Invalid::new(
                "no tag: behind `tag:` stands a letter, then letters, digits and hyphens",
            ))
        }
    },
    Some("^tag:[A-Za-z][A-Za-z0-9-]*$")
);

text_newtype! {
    /// Who may give a tag to a machine: a user, a group, a tag or an autogroup.
    Owner
}

scalar!(
    Owner,
    "a tag's owner such as autogroup:admin, group:ops, tag:router or user@example.com",
    |text| {
        let (kind, name) = text.split_once(':').unwrap_or(("", text));
        let word = |name: &str| {
            !name.is_empty()
                && name
                    .chars()
                    .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '@' | '+'))
        };
        let well_formed = match kind {
            "autogroup" | "group" | "tag" => word(name),
            "" => text.contains('@') && word(text),
            _ => false,
        };
        if well_formed {
            Ok(())
        } else {
            Err(Invalid::new("nobody who can own a tag")
                .help("write autogroup:…, group:…, tag:…, or a user's login name with its @"))
        }
    }
);

text_newtype! {
    /// The URL of a coordination server: `http://` or `https://`, a host, perhaps a port and a path
    /// (headscale's `server_url`).
    Url
}

scalar!(
    Url,
    "a URL such as https://headscale.example.org",
    |text| {
        let rest = text
            .strip_prefix("https://")
            .or_else(|| text.strip_prefix("http://"));
        let well_formed = rest.is_some_and(|rest| {
            rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '[')
                && rest
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b"-._~:/[]".contains(&b))
        });
        if well_formed {
            Ok(())
        } else {
            Err(Invalid::new("no URL of a server"))
        }
    },
    Some("^https?://[A-Za-z0-9\\[][A-Za-z0-9._~:/\\[\\]-]*$")
);

impl Url {
    /// The name or the address of the host, and the port if one is written.
    #[must_use]
    pub fn host(&self) -> (&str, Option<&str>) {
        let text = self.as_str();
        let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
        let authority = rest.split_once('/').map_or(rest, |(host, _)| host);
        match authority.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
            _ => (authority, None),
        }
    }
}

text_newtype! {
    /// Who can open a SOPS file: an age recipient (X25519, a plugin's, or an SSH public key)
    /// or the fingerprint of an OpenPGP key, in the form in which `.sops.yaml` takes it.
    Recipient
}

scalar!(
    Recipient,
    "a recipient: age1…, an ssh-ed25519 or ssh-rsa public key, or an OpenPGP fingerprint",
    |text| {
        let age = text.strip_prefix("age1").is_some_and(|rest| {
            rest.len() >= 16
                && rest
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        });
        let ssh = ["ssh-ed25519 ", "ssh-rsa "].iter().any(|kind| {
            text.strip_prefix(kind).is_some_and(|key| {
                key.len() >= 32
                    && key
                        .bytes()
                        .all(|b| b.is_ascii_alphanumeric() || b"+/=".contains(&b))
            })
        });
        let pgp = text.len() == 40 && text.bytes().all(|b| b.is_ascii_hexdigit());
        if age || ssh || pgp {
            return Ok(());
        }
        let invalid = Invalid::new("nobody for whom SOPS can encrypt");
        if text.starts_with("AGE-SECRET-KEY-") {
            // The text is not repeated: it is a private key.
            return Err(invalid
                .help("this is a private key: write the public one, age1…, and replace the key"));
        }
        if text.starts_with("ssh-") {
            return Err(
                invalid.help("write the key's type and the key, without the comment behind it")
            );
        }
        Err(invalid)
    }
);

impl Recipient {
    /// Whether it names an OpenPGP key, which `.sops.yaml` lists apart from age recipients.
    #[must_use]
    pub fn is_pgp(&self) -> bool {
        self.0.len() == 40 && !self.0.contains(' ') && !self.0.starts_with("age1")
    }
}

#[cfg(test)]
mod tests {
    use super::{Owner, Recipient, Tag, Url};

    #[test]
    fn tags_begin_with_tag_and_a_letter() {
        assert!("tag:k8s-operator".parse::<Tag>().is_ok());
        for bad in ["router", "tag:", "tag:1a", "tag:a_b", "tag:a b"] {
            assert!(bad.parse::<Tag>().is_err(), "{bad}");
        }
        assert_eq!(
            "router".parse::<Tag>().unwrap_err().help.as_deref(),
            Some("write tag:router")
        );
        assert_eq!("a_b".parse::<Tag>().unwrap_err().help, None);
    }

    #[test]
    fn owners_recipients_and_urls_have_known_forms() {
        assert!("autogroup:admin".parse::<Owner>().is_ok());
        assert!("jürgen@example.com".parse::<Owner>().is_ok());
        assert!("everybody".parse::<Owner>().is_err());
        assert!("https://headscale.example.org:8443".parse::<Url>().is_ok());
        assert!("http://10.10.10.5:8080/headscale".parse::<Url>().is_ok());
        assert!("https://:443".parse::<Url>().is_err());
        let host = |text: &str| {
            let url: Url = text.parse().unwrap();
            let (host, port) = url.host();
            (host.to_owned(), port.map(str::to_owned))
        };
        assert_eq!(
            host("https://example.org:8443/a"),
            ("example.org".to_owned(), Some("8443".to_owned()))
        );
        assert_eq!(host("http://[fd00::1]"), ("[fd00::1]".to_owned(), None));
        assert!("https://a b".parse::<Url>().is_err());
        assert!("age1qyqszqgpqyqszqgpqyqszqgp".parse::<Recipient>().is_ok());
        assert!(
            "0123456789abcdef0123456789ABCDEF01234567"
                .parse::<Recipient>()
                .unwrap()
                .is_pgp()
        );
        assert!("AGE-SECRET-KEY-1ABC".parse::<Recipient>().is_err());
    }
}
