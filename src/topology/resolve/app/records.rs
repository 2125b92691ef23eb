//! Records that Blocky holds itself, as a zone file: it does not start with one that it can't read
//! (github.com/0xERR0R/blocky, config/custom_dns.go, resolver/custom_dns_resolver.go).

use std::net::{Ipv4Addr, Ipv6Addr};

use super::super::Context;
use crate::declaration::language;
use crate::redact::shown;
use crate::rules::structure;
use crate::scalar::{DnsName, RecordType};

/// How long answers may be kept, in seconds.
const TTL: u32 = 3600;

/// The records as lines, with a finding for each that Blocky can't hold.
pub(super) fn lines(declared: &language::Resolver, context: &mut Context) -> Vec<String> {
    let mut lines = Vec::new();
    for record in &declared.records {
        let (name, kind, text) = (&record.name, record.record_type, &record.value);
        match data(kind, text.value.as_str()) {
            Ok(data) => lines.push(format!("{name}. {TTL} IN {kind} {data}\n")),
            Err(None) => context.findings.push(
                structure::contradiction(
                    &record.place,
                    format!("Blocky holds no {kind} records"),
                    "remove it, or let another server answer the name by `conditional`",
                )
                .note("with it every question for the name is answered SERVFAIL"),
            ),
            Err(Some(what)) => context.findings.push(
                structure::contradiction(
                    &text.place,
                    format!(
                        "{} is no data of a record {kind}",
                        shown(text.value.as_str())
                    ),
                    format!("write {what}"),
                )
                .note("Blocky does not start with it"),
            ),
        }
    }
    lines
}

/// The data as a zone file has it, with absolute names; what to write instead where it is none;
/// nothing of a type that Blocky does not hold.
fn data(kind: RecordType, text: &str) -> Result<String, Option<&'static str>> {
    let (data, what) = match kind {
        RecordType::A => (
            text.parse().ok().map(|ip: Ipv4Addr| ip.to_string()),
            "an IPv4 address",
        ),
        RecordType::Aaaa => (
            text.parse().ok().map(|ip: Ipv6Addr| ip.to_string()),
            "an IPv6 address",
        ),
        RecordType::Cname => (absolute(text), "the name that it stands for"),
        RecordType::Srv => (
            service(text),
            "priority, weight, port and host, for instance `0 0 5060 sip.home.example`",
        ),
        RecordType::Txt => (strings(text), "a text, or several in quotation marks"),
        _ => return Err(None),
    };
    data.ok_or(Some(what))
}

fn absolute(name: &str) -> Option<String> {
    let name: DnsName = name.strip_suffix('.').unwrap_or(name).parse().ok()?;
    Some(format!("{name}."))
}

/// RFC 2782, "The format of the SRV RR".
fn service(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split_ascii_whitespace().collect();
    let [priority, weight, port, host] = words.as_slice() else {
        return None;
    };
    let number = |word: &str| word.parse::<u16>().ok();
    let [priority, weight, port] = [number(priority)?, number(weight)?, number(port)?];
    Some(format!("{priority} {weight} {port} {}", absolute(host)?))
}

/// The longest string of a TXT record, in bytes (RFC 1035 section 3.3). Blocky's reader counts
/// those of the zone file.
const LONGEST: usize = 255;

/// A text as quoted strings: one that is quoted already stays as it is.
fn strings(text: &str) -> Option<String> {
    let quoted = if text.starts_with('"') {
        are_strings(text).then(|| text.to_owned())?
    } else {
        let mut strings = vec![String::new()];
        for character in text.chars() {
            let escaped = match character {
                '"' | '\\' => format!("\\{character}"),
                other => other.to_string(),
            };
            match strings.last_mut() {
                Some(last) if last.len() + escaped.len() <= LONGEST => last.push_str(&escaped),
                _ => strings.push(escaped),
            }
        }
        format!("\"{}\"", strings.join("\" \""))
    };
    // vals would take it for a reference; `\043` is a plus.
    Some(quoted.replace("ref+", "ref\\043"))
}

/// Whether a text is strings in quotation marks, with blanks between them.
fn are_strings(text: &str) -> bool {
    let mut rest = text;
    while let Some(inside) = rest.strip_prefix('"') {
        let mut is_escaped = false;
        let end = inside.find(|c| {
            let is_end = c == '"' && !is_escaped;
            is_escaped = c == '\\' && !is_escaped;
            is_end
        });
        let Some(end) = end.filter(|end| *end <= LONGEST) else {
            return false;
        };
        if !are_escapes(&inside[..end]) {
            return false;
        }
        let after = &inside[end + 1..];
        rest = after.trim_start_matches(' ');
        if !rest.is_empty() && rest.len() == after.len() {
            return false;
        }
    }
    rest.is_empty()
}

/// Whether a backslash before digits has three of them, up to 255.
fn are_escapes(string: &str) -> bool {
    let mut rest = string;
    while let Some((_, after)) = rest.split_once('\\') {
        let is_number = after.starts_with(|c: char| c.is_ascii_digit());
        let digits = after.get(..3);
        if is_number && digits.is_none_or(|digits| digits.parse::<u8>().is_err()) {
            return false;
        }
        let mut characters = after.chars();
        characters.next();
        rest = characters.as_str();
    }
    true
}

#[cfg(test)]
mod tests {
    use super::{RecordType, data};

    #[test]
    fn names_are_absolute() {
        let of = |kind, text| data(kind, text).ok();
        for name in ["home.example", "home.example."] {
            assert_eq!(
                of(RecordType::Cname, name).as_deref(),
                Some("home.example.")
            );
        }
        let srv = of(RecordType::Srv, "0  5 5060 sip.home.example");
        assert_eq!(srv.as_deref(), Some("0 5 5060 sip.home.example."));
        for bad in [
            "",
            "0 5 sip.home.example",
            "0 5 99999 a.example",
            "0 5 53 a b",
        ] {
            assert_eq!(of(RecordType::Srv, bad), None, "{bad}");
        }
        assert_eq!(of(RecordType::A, "2001:db8::1"), None);
        assert_eq!(of(RecordType::Aaaa, "192.0.2.1"), None);
    }

    #[test]
    fn texts_are_quoted_once() {
        let txt = |text| data(RecordType::Txt, text).ok();
        assert_eq!(txt("v=spf1 -all").as_deref(), Some("\"v=spf1 -all\""));
        assert_eq!(txt("a\"\\;b").as_deref(), Some("\"a\\\"\\\\;b\""));
        assert_eq!(txt("\"a\\\"\" \"b\"").as_deref(), Some("\"a\\\"\" \"b\""));
        for bad in [
            "\"",
            "\"a",
            "\"a\"b",
            "\"a\\\"",
            "\"a\" b",
            "\"\\9\"",
            "\"\\256\"",
        ] {
            assert_eq!(txt(bad), None, "{bad}");
        }
        let long = txt(&"x\"".repeat(300)).unwrap();
        let longest = long.split("\" \"").map(str::len).max();
        assert!(longest <= Some(256), "{longest:?}");
    }

    #[test]
    fn no_text_is_a_reference_of_vals() {
        let txt = data(RecordType::Txt, "ref+echo://a").unwrap();
        assert_eq!(txt, "\"ref\\043echo://a\"");
    }
}
