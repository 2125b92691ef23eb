//! Which known name a misspelt one was meant to be.

/// The candidate closest to `word`, if it is close enough to be a slip of the hand: by
/// Damerau-Levenshtein distance, at most a third of the word and at least one change.
#[must_use]
pub fn closest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let allowed = (word.chars().count() / 3).max(1);
    let folded = word.to_lowercase();
    candidates
        .into_iter()
        .map(|candidate| {
            let distance = strsim::damerau_levenshtein(&folded, &candidate.to_lowercase());
            (distance, candidate)
        })
        .filter(|(distance, _)| *distance <= allowed)
        .min()
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::closest;

    #[test]
    fn only_slips_of_the_hand_are_suggested() {
        let known = ["address", "interface", "roles"];
        assert_eq!(closest("adress", known), Some("address"));
        assert_eq!(closest("Interface", known), Some("interface"));
        assert_eq!(closest("port", known), None);
    }
}
