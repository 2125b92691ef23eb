//! The stand-in for MagicDNS' resolver as a program, see `tailwright_lab::quad100`.

use tailwright_lab::Failure;
use tailwright_lab::quad100::server::serve;

fn main() -> Result<(), Failure> {
    Ok(serve()?)
}
