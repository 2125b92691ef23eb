//! Without a router: cut off with its pods, or with its daemons stopped.

use tailwright_lab::Failure;

use crate::comparison::Comparison;
use crate::declared::Declared;
use crate::home::Running;

#[test]
fn without_alpha_it_is_as_predicted() -> Result<(), Failure> {
    let declared = Declared::example();
    let mut running = Running::new(&declared)?;
    running.lose_alpha()?;
    let mut compared = Comparison::new(&declared, &["lab-alpha-cp"]);
    compared.ask(&running)?;
    compared.assert_agrees();
    running.assert_inside()
}

#[test]
fn without_beta_it_is_as_predicted() -> Result<(), Failure> {
    let declared = Declared::example();
    let mut running = Running::new(&declared)?;
    running.stop_beta();
    let mut compared = Comparison::new(&declared, &["lab-beta-cp"]);
    compared.ask(&running)?;
    compared.assert_agrees();
    running.assert_inside()
}
