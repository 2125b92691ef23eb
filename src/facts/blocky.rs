//! Blocky: what its releases can do. Each release's sources were read at its tag.

use super::{Fact, Release};
use crate::scalar::Version;

/// The first release whose configuration is generated: the first with `caching.exclude`, without
/// which what was asked of a forwarder is remembered for half an hour
/// (github.com/0xERR0R/blocky, config/caching.go).
pub const FIRST: Release = Release(0, 26, 0);

/// The first release in which `conditional.fallbackUpstream` does nothing: before, names that a
/// forwarder does not know went to the public servers (resolver/conditional_upstream_resolver.go).
pub const FALLBACK_IS_DEAD: Release = Release(0, 28, 0);

/// The first release that reads a password from a file named with `file:` (config/secret.go).
pub const READS_SECRET_FILES: Release = Release(0, 31, 0);

/// The first release that neither caches the answers of conditional servers
/// (resolver/caching_resolver.go) nor validates them (resolver/dnssec_resolver.go).
pub const CONDITIONAL_IS_LEFT_ALONE: Release = Release(0, 32, 0);

/// What Blocky did to the answers of a zone's servers before [`CONDITIONAL_IS_LEFT_ALONE`].
pub const VALIDATES_CONDITIONAL: Fact = Fact {
    says: "before 0.32 Blocky validated the answers of conditional servers, too",
    source: "github.com/0xERR0R/blocky, resolver/dnssec_resolver.go",
};

/// What Blocky does with other types of the names that it holds.
pub const FILTERS_UNMAPPED_TYPES: Fact = Fact {
    says: "Blocky answers other types of a name in its customDNS mapping, and of every name below it, with \
           nothing unless filterUnmappedTypes is false",
    source: "github.com/0xERR0R/blocky, resolver/custom_dns_resolver.go",
};

/// The release that is taken where none is declared.
pub const DEFAULT_VERSION: &str = "0.34.0";

/// Why that one.
pub const DEFAULT_VERSION_FACT: Fact = Fact {
    says: "0.34.0 is the newest release of Blocky with which the generated configuration was tried",
    source: "github.com/0xERR0R/blocky, tag v0.34.0",
};

/// Why the release is that of the image.
pub const VERSION_OF_IMAGE_FACT: Fact = Fact {
    says: "images of Blocky are tagged with their release",
    source: "github.com/0xERR0R/blocky, .github/workflows/release.yml",
};

/// The attributes that Blocky's configuration has at its top in any of the releases that are
/// generated for (docs/config.schema.json; config/config.go where there is none yet).
pub const SETTINGS: [&str; 29] = [
    "blocking",
    "bootstrapDns",
    "caching",
    "certFile",
    "clientLookup",
    "conditional",
    "connectIPVersion",
    "customDNS",
    "dns64",
    "dnssec",
    "ecs",
    "ede",
    "filtering",
    "fqdnOnly",
    "hostsFile",
    "http3",
    "keyFile",
    "log",
    "minTlsServeVersion",
    "ports",
    "prometheus",
    "queryLog",
    "rateLimit",
    "rebindingProtection",
    "redis",
    "specialUseDomains",
    "statistics",
    "upstreams",
    "disableIPv6",
];

/// The attributes in which Blocky takes a password, and so the content of a file
/// (config/redis.go, config/query_log.go).
pub const SECRET_SETTINGS: [&[&str]; 3] = [
    &["queryLog", "target"],
    &["redis", "password"],
    &["redis", "sentinelPassword"],
];

/// Where the images are (github.com/0xERR0R/blocky, README).
pub const REPOSITORY: &str = "ghcr.io/0xerr0r/blocky";

/// The digests of the images of some releases, for all platforms of each.
const DIGESTS: [(Release, &str); 2] = [
    (
        Release(0, 31, 0),
        "sha256:2e5696efe4f920a9c07efa5587650fb94e7c4dc68759a77debde3daaa1e30cdb",
    ),
    (
        Release(0, 34, 0),
        "sha256:595136fb127f4c952b621113e668c09acdcf15ac054d96ee6d4c51a76c35f5fd",
    ),
];

/// The image of a release, by digest where it is known.
#[must_use]
pub fn image(version: &Version) -> String {
    let tag = format!("v{}", version.as_str().trim_start_matches('v'));
    let release = Release::from(version);
    let is_release = tag == format!("v{}.{}.{}", release.0, release.1, release.2);
    match DIGESTS.iter().find(|(known, _)| *known == release) {
        Some((_, digest)) if is_release => format!("{REPOSITORY}:{tag}@{digest}"),
        _ => format!("{REPOSITORY}:{tag}"),
    }
}

/// The user as which the image runs (Dockerfile, USER).
pub const USER: i64 = 100;

#[cfg(test)]
mod tests {
    use super::{FIRST, image};
    use crate::facts::Release;
    use crate::scalar::{Image, Version};

    #[test]
    fn releases_are_ordered_by_their_numbers() {
        let release = |text: &str| Release::from(&text.parse::<Version>().unwrap());
        assert!(release("v0.9.1") < release("0.31.0-rc.1"));
        assert!(release("0.26") >= FIRST);
    }

    #[test]
    fn images_are_images_and_a_pre_release_has_no_digest() {
        let of = |text: &str| image(&text.parse::<Version>().unwrap());
        for version in ["0.34.0", "v0.31.0", "0.33.0", "0.34.0-rc.1"] {
            assert!(of(version).parse::<Image>().is_ok(), "{version}");
        }
        assert!(of("0.34.0").contains("@sha256:"));
        assert!(!of("0.34.0-rc.1").contains('@'));
    }
}
