//! The texts of the findings about a declaration as a text (TW0xx), in one place so that they
//! can be reviewed as prose.

use super::{
    contradiction, invalid_value, missing_attribute, repeated_attribute, unknown_attribute,
    unknown_reference, wrong_type,
};
use crate::declaration::decode::At;
use crate::declaration::value::{Location, Set};
use crate::finding::Finding;
use crate::place::Place;
use crate::redact::{A_KEY, shown};
use crate::scalar::Invalid;
use crate::suggest::closest;

/// An attribute that the record does not have.
pub(crate) fn unknown_attribute(
    at: &At<'_>,
    name: &str,
    meant: Option<&str>,
    known: &[&str],
) -> Finding {
    let finding = Finding::new(
        &unknown_attribute::RULE,
        &at.key_place(),
        format!("unknown attribute {name}"),
    )
    .note("an attribute that nobody reads is a setting that is not there");
    match meant {
        Some(meant) => finding
            .label(format!("did you mean `{meant}`?"))
            .help(format!("write `{meant}`, or remove it")),
        None => finding
            .label("not known here")
            .help(format!("known here: {}", known.join(", "))),
    }
}

/// A value of another type than the attribute's.
pub(crate) fn wrong_type(at: &At<'_>, expected: &str) -> Finding {
    Finding::new(
        &wrong_type::RULE,
        &at.place(),
        format!(
            "`{}` is {}, not {expected}",
            at.path,
            at.value.kind.type_name()
        ),
    )
    .label(format!("this is {}", at.value.kind.type_name()))
    .help(format!("write {expected}"))
}

/// A number outside its range.
pub(crate) fn out_of_range(at: &At<'_>, number: i64, expected: &str) -> Finding {
    Finding::new(
        &invalid_value::RULE,
        &at.place(),
        format!("`{}` is {number}, not {expected}", at.path),
    )
    .label("out of range")
    .help(format!("write {expected}"))
}

/// A text that is no value of its type.
pub(crate) fn invalid_value(at: &At<'_>, shown: &str, what: &str, invalid: &Invalid) -> Finding {
    invalid_text(&at.place(), shown, what, invalid)
}

/// An attribute's name that is no value of its type.
pub(crate) fn invalid_name(at: &At<'_>, shown: &str, what: &str, invalid: &Invalid) -> Finding {
    invalid_text(&at.key_place(), shown, what, invalid)
}

fn invalid_text(place: &Place, shown: &str, what: &str, invalid: &Invalid) -> Finding {
    // Problem and help may quote the text, in another form.
    let is_key = shown == A_KEY;
    let message = if is_key {
        format!("{shown} is not {what}")
    } else {
        format!("{shown} is {}", invalid.problem)
    };
    let help = match &invalid.help {
        Some(help) if !is_key => help.clone(),
        _ => format!("write {what}"),
    };
    Finding::new(&invalid_value::RULE, place, message)
        .label(format!("expected {what}"))
        .help(help)
}

/// A required attribute that is absent.
pub(crate) fn missing_attribute(at: &At<'_>, name: &str) -> Finding {
    Finding::new(
        &missing_attribute::RULE,
        &at.key_place(),
        format!("`{}` lacks the attribute `{name}`", at.path),
    )
    .label(format!("`{name}` is missing"))
    .help(format!("add `{name} = …;`"))
}

/// An attribute that is given again.
pub(crate) fn repeated(at: &At<'_>, name: &str, location: &Location, set: &Set) -> Finding {
    let place = |location: &Location| Place {
        path: at.path.attr(name),
        location: location.clone(),
    };
    let finding = Finding::new(
        &repeated_attribute::RULE,
        &place(location),
        format!("the attribute {} is given twice", shown(name)),
    )
    .label("given again here")
    .note("readers of JSON disagree about which one counts")
    .help("remove one of the two");
    match set.entries.get(name) {
        Some(first) => finding.related(&place(&first.key), "given first here"),
        None => finding,
    }
}

/// A reference to something that is not declared.
pub(crate) fn unknown_reference<'a>(
    place: &Place,
    kind: &str,
    name: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Finding {
    let known: Vec<&str> = known.into_iter().collect();
    let finding = Finding::new(
        &unknown_reference::RULE,
        place,
        format!("there is no {kind} `{name}`"),
    );
    match closest(name, known.iter().copied()) {
        Some(meant) => finding
            .label(format!("did you mean `{meant}`?"))
            .help(format!("write `{meant}`, or declare `{name}`")),
        None if known.is_empty() => finding
            .label("not declared")
            .help(format!("declare the {kind} `{name}`: none is declared")),
        None => finding
            .label("not declared")
            .help(format!("declare it, or write one of {}", known.join(", "))),
    }
}

/// A code that is no rule's.
pub(crate) fn unknown_rule(place: &Place, code: &str, known: &[&str]) -> Finding {
    let text = format!("there is no rule `{code}`");
    let finding = Finding::new(&unknown_reference::RULE, place, text);
    match closest(code, known.iter().copied()) {
        Some(meant) => finding
            .label(format!("did you mean `{meant}`?"))
            .help(format!("write `{meant}`")),
        None => finding
            .label("no rule's code")
            .help("`tailwright explain` lists the rules"),
    }
}

/// Attributes that contradict one another.
pub(crate) fn contradiction(
    place: &Place,
    message: impl Into<String>,
    help: impl Into<String>,
) -> Finding {
    Finding::new(&contradiction::RULE, place, message).help(help)
}

/// A coordination server of the user's own, without its address.
pub(crate) fn no_login_server(control: &Place) -> Finding {
    Finding::new(
        &missing_attribute::RULE,
        control,
        format!("`{}` is headscale, but lacks `url`", control.path),
    )
    .label("`url` is missing")
    .note("nodes would log in at Tailscale's service, and show it the key of another tailnet")
    .help("add `url = \"https://….\";`, the server_url of headscale")
}

/// Why a cluster's ranges can't be guessed.
pub(crate) const WHY_RANGES: &str = "who may ask a forwarder, and what the firewall lets in, is \
    derived from these ranges: a guess would refuse every pod, or let strangers in";

/// Something needs a tailnet, and there is none.
pub(crate) fn no_tailnet(owner: &Place) -> Finding {
    Finding::new(
        &missing_attribute::RULE,
        owner,
        format!(
            "`{}` belongs to a tailnet, but none is declared",
            owner.path
        ),
    )
    .label("needs `tailnet`")
    .help("add `tailnet = { suffix = \"….ts.net\"; };`")
}
