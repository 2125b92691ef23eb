//! What is approved without anyone's click, who has which attributes, and whom a selector means.

use ipnet::IpNet;

use super::Policy;
use super::selector::Selector;
use super::tailnet::Whose;

impl Policy {
    /// Whether all that it allows is followed here: it allows nothing to or from IP sets and Services.
    #[must_use]
    pub fn is_followed(&self) -> bool {
        let beyond =
            |selector: &Selector| matches!(selector, Selector::IpSet(_) | Selector::Service(_));
        !self.grants.iter().any(|grant| {
            let mut destinations = grant.permits.iter().map(|permit| &permit.destination);
            grant.sources.iter().any(beyond) || destinations.any(beyond)
        })
    }

    /// Whether a route that somebody's machine advertises is approved. A prefix of
    /// `autoApprovers.routes` approves itself and what lies in it; an exit node's routes are approved
    /// by `exitNode` alone, however wide the prefixes are.
    #[must_use]
    pub fn approves(&self, whose: &Whose, route: IpNet) -> bool {
        let mut approvers = self.approvers(route);
        approvers.any(|selector| self.means(selector, whose))
    }

    /// Whether a route is approved on the machines of some user.
    #[must_use]
    pub fn approves_for_a_user(&self, route: IpNet) -> bool {
        let mut approvers = self.approvers(route);
        approvers.any(|selector| !matches!(selector, Selector::Tag(_) | Selector::Tagged))
    }

    /// Whose machines may have a route.
    fn approvers(&self, route: IpNet) -> impl Iterator<Item = &Selector> {
        let is_exit = route.prefix_len() == 0;
        let exit = self.approvers.exit_node.iter().filter(move |_| is_exit);
        let routes = self.approvers.routes.iter();
        let routes = routes.filter(move |(prefix, _)| !is_exit && prefix.contains(&route));
        exit.chain(routes.flat_map(|(_, who)| who))
    }

    /// Whether somebody's machine has an attribute by `nodeAttrs`.
    #[must_use]
    pub fn has_attribute(&self, whose: &Whose, attribute: &str) -> bool {
        let mut all = self.attributes.iter();
        all.any(|(targets, names)| {
            let mut targets = targets.iter();
            let is_meant = targets.any(|one| *one == Selector::Any || self.means(one, whose));
            is_meant && names.iter().any(|name| name == attribute)
        })
    }

    /// Whether a selector of machines means somebody's machine.
    pub(super) fn means(&self, selector: &Selector, whose: &Whose) -> bool {
        match (selector, whose) {
            (Selector::Tag(tag), Whose::Tags(tags)) => tags.contains(tag),
            (Selector::Tagged, whose) => matches!(whose, Whose::Tags(_)),
            (Selector::Member, whose) => !matches!(whose, Whose::Tags(_)),
            (Selector::Role(role), Whose::Role(own)) => role == own,
            (Selector::User(user), Whose::User(own)) => user == own,
            (Selector::Domain(domain), Whose::User(own)) => {
                own.rsplit_once('@').is_some_and(|(_, own)| own == domain)
            }
            (Selector::Group(group), Whose::User(own)) => {
                let users = self.groups.get(group);
                users.is_some_and(|users| users.contains(own))
            }
            _ => false,
        }
    }
}
