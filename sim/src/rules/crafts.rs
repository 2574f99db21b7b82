//! What artisans and fakers expect to earn, and who opens with fakes.

use crate::base::dice::happens;
use crate::goods::authenticity::Provenance;
use crate::params::Params;
use crate::rules::venues::worth_of_staying;
use crate::state::seller::Seller;

/// What a stall of artisans and one of fakers is worth: all that it is to earn, as long as it is not found out.
pub(crate) fn worth_of_crafts(params: &Params, known: &Provenance) -> [f64; 2] {
    let (patience, hazard) = (params.syndicates.patience_to_stay.get(), params.syndicates.hazard.get());
    let [artisans, fakers] = known.earned.map(f64::from);
    let found = params.own.authenticity.policing.get();
    [worth_of_staying(artisans, patience, hazard), worth_of_staying(fakers, patience, hazard + found)]
}

/// Whether a stall that opens sells fakes: as its owner is inclined, and as it paid of late.
pub fn opens_with_fakes(seller: &Seller, params: &Params, known: &Provenance, word: u32) -> bool {
    let Some(kind) = seller.temperament(params) else { return false };
    let lean = kind.fakes.get();
    let [artisans, fakers] = worth_of_crafts(params, known).map(|worth| worth.max(0.0) + 1.0);
    let fakes = lean * fakers / (lean * fakers + (1.0 - lean) * artisans).max(1e-9);
    happens(word, fakes)
}
