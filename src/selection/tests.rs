use super::{Denied, Ignored, Selector};

fn codes(word: &str) -> Vec<&'static str> {
    let selector: Selector = word.parse().unwrap_or(Selector(Vec::new()));
    selector.0.iter().map(|rule| rule.code).collect()
}

fn refused<T: std::str::FromStr>(word: &str) -> String
where
    T::Err: std::fmt::Display,
{
    match word.parse::<T>() {
        Ok(_) => String::new(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn rules_have_codes_names_groups_and_beginnings() {
    assert_eq!(codes("TW505"), ["TW505"]);
    assert_eq!(codes("tw505"), ["TW505"]);
    assert_eq!(codes("tcp-missing"), ["TW505"]);
    let access = codes("access");
    assert!(access.len() > 1 && access.iter().all(|code| code.starts_with("TW5")));
    assert_eq!(codes("TW5"), access);
    assert_eq!(codes("tw51"), ["TW510", "TW511", "TW512"]);
    assert_eq!(codes("TW").len(), crate::rules::RULES.len());
}

#[test]
fn an_unknown_word_gets_a_suggestion() {
    assert_eq!(
        refused::<Selector>("tcp-mising"),
        "there is no rule `tcp-mising`: did you mean tcp-missing?"
    );
    assert_eq!(
        refused::<Selector>("acces"),
        "there is no rule `acces`: did you mean access?"
    );
    assert_eq!(
        refused::<Denied>("warning"),
        "there is no rule `warning`: did you mean warnings?"
    );
    assert_eq!(
        refused::<Selector>(""),
        "there is no rule ``: run `tailwright explain` for a list"
    );
    assert!(refused::<Selector>("TW5055").contains("did you mean TW505?"));
    assert!(refused::<Ignored>("TW999").starts_with("there is no rule"));
    assert!(refused::<Selector>("warnings").starts_with("there is no rule"));
}

#[test]
fn what_is_always_reported_can_not_be_ignored_by_name() {
    for word in ["TW001", "wrong-type", "TW009", "key-in-declaration"] {
        assert!(refused::<Ignored>(word).contains("can't be ignored"));
    }
    for word in ["TW0", "TW7", "declaration", "TW008", "TW501"] {
        assert_eq!(refused::<Ignored>(word), "");
    }
}
