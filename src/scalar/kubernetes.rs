//! Texts of Kubernetes' own.

use super::{Invalid, scalar, text_newtype};

text_newtype! {
    /// An image of a container: `[registry/]repository[:tag][@digest]`
    /// (github.com/distribution/reference, reference.go).
    Image
}

scalar!(
    Image,
    "a container image such as ghcr.io/0xerr0r/blocky:v0.34.0",
    |text| {
        let (rest, digest) = match text.split_once('@') {
            Some((rest, digest)) => (rest, Some(digest)),
            None => (text, None),
        };
        let (repository, tag) = split_tag(rest);
        let is_word = |word: &str, more: &[u8]| {
            !word.is_empty()
                && word
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || more.contains(&b))
        };
        let is_digest = |digest: &str| {
            digest.strip_prefix("sha256:").is_some_and(|hash| {
                hash.len() == 64 && hash.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
            })
        };
        let is_image = repository == repository.to_ascii_lowercase()
            && repository.split('/').all(|part| is_word(part, b"._-:"))
            && tag.is_none_or(|tag| is_word(tag, b"._-") && tag.len() <= 128)
            && digest.is_none_or(is_digest);
        if !is_image {
            return Err(Invalid::new("no image"));
        }
        if tag.is_none_or(|tag| tag == "latest") && digest.is_none() {
            return Err(Invalid::new("an image that is another one tomorrow")
                .help("name the release, or the digest"));
        }
        Ok(())
    }
);

/// The repository and the tag of an image without its digest: a colon before a slash is a
/// registry's port.
fn split_tag(image: &str) -> (&str, Option<&str>) {
    match image.rsplit_once(':') {
        Some((repository, tag)) if !tag.contains('/') => (repository, Some(tag)),
        _ => (image, None),
    }
}

impl Image {
    /// Its repository, with the registry.
    #[must_use]
    pub fn repository(&self) -> &str {
        split_tag(self.0.split('@').next().unwrap_or_default()).0
    }

    /// What follows the repository: the tag, the digest or both, as Helm charts put them
    /// together; empty where there is neither.
    #[must_use]
    pub fn tag_and_digest(&self) -> &str {
        let rest = &self.0[self.repository().len()..];
        rest.strip_prefix([':', '@']).unwrap_or(rest)
    }
}

text_newtype! {
    /// A quantity of a resource (kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity).
    Quantity
}

scalar!(
    Quantity,
    "a quantity such as 100m or 128Mi",
    |text| {
        let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let unit = &text[digits.len()..];
        let is_number = digits.split('.').count() <= 2
            && digits
                .split('.')
                .all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()));
        let is_unit = matches!(
            unit,
            "" | "m" | "k" | "M" | "G" | "T" | "Ki" | "Mi" | "Gi" | "Ti"
        );
        if is_number && is_unit && text.len() <= 20 {
            Ok(())
        } else {
            Err(Invalid::new("no quantity"))
        }
    },
    Some("^[0-9]+(\\.[0-9]+)?(m|k|M|G|T|Ki|Mi|Gi|Ti)?$")
);

#[cfg(test)]
mod tests {
    use super::{Image, Quantity};

    #[test]
    fn images_name_a_release_or_a_digest() {
        let digest = format!("sha256:{}", "0a".repeat(32));
        let both = format!("localhost:5000/a/b:v1@{digest}");
        let image: Image = both.parse().unwrap();
        assert_eq!(image.repository(), "localhost:5000/a/b");
        assert_eq!(image.tag_and_digest(), format!("v1@{digest}"));
        let by_digest: Image = format!("a/b@{digest}").parse().unwrap();
        assert_eq!(by_digest.repository(), "a/b");
        assert_eq!(by_digest.tag_and_digest(), digest);
        for bad in [
            "",
            "a/b",
            "a/b:latest",
            "a//b:1",
            "A/b:1",
            "a/b:",
            "a/b:1@sha256:0",
            "a b:1",
        ] {
            assert!(bad.parse::<Image>().is_err(), "{bad}");
        }
    }

    #[test]
    fn quantities_are_numbers_with_a_unit() {
        for good in ["100m", "128Mi", "1", "0.5", "2Gi"] {
            assert!(good.parse::<Quantity>().is_ok(), "{good}");
        }
        for bad in ["", "m", "1.", "1..2", "-1", "1MB", "1 Gi"] {
            assert!(bad.parse::<Quantity>().is_err(), "{bad}");
        }
    }
}
