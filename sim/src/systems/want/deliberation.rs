//! A citizen's choice thought through again, aloud: every term of every good thought of, and every seller compared.
//!
//! The functions that made the choice make it once more, see [`crate::systems::want::choice`]; what they do not keep is reckoned
//! beside them.

use crate::base::dice::halves;
use crate::ids::good::Good;
use crate::state::context::RunContext;
use crate::systems::want::choice::{
    Block, Chunk, ChunkOutcome, Offer, SampledSellers, WORDS, consideration_set, find_sellers, prepare_shoppers,
    sample_sellers, update_citizens,
};
use crate::systems::want::inputs::ChoiceInputs;

/// One seller that somebody compared.
#[derive(Clone, Copy, Debug)]
pub struct Compared {
    /// Number of the stall's slot, from 0.
    pub slot: u32,
    /// What speaks for it and against it.
    pub offer: Offer,
    /// Liking of the moment, in utils.
    pub shock: f32,
    /// Utility in all, with that of the good itself, in utils.
    pub utility: f32,
    /// Whether the money was there.
    pub affordable: bool,
}

/// One good that somebody thought of.
#[derive(Clone, Debug)]
pub struct Thought {
    /// The good.
    pub good: Good,
    /// Terms of its utility, in the order of [`TERMS`](crate::rules::utility::TERMS), in utils.
    pub terms: [f32; 16],
    /// What a delegate's knowledge of its owner adds, in utils.
    pub matched: f32,
    /// Liking of the moment for this good, in utils.
    pub shock: f32,
    /// Whether it was out of reach today, whatever it is worth.
    pub barred: bool,
    /// Whether any seller could have made it better than staying out, so that sellers were looked up.
    pub looked_up: bool,
    /// Perceived chance of a case for one purchase, after law and mask.
    pub perceived_risk: f32,
    /// Sellers compared; empty where none was looked up.
    pub sellers: Vec<Compared>,
}

/// A citizen's day on the market, thought by thought.
#[derive(Clone, Debug)]
pub struct Deliberation {
    /// Whether the citizen thought of the market at all.
    pub attentive: bool,
    /// Utility of staying out: the liking of the moment for it.
    pub staying_out: f32,
    /// What a credit weighs, in utils.
    pub price_weight: f32,
    /// Credits held.
    pub purse: f32,
    /// Goods thought of.
    pub thoughts: Vec<Thought>,
    /// Number of the slot of the stall chosen, from 0; none where the citizen stayed out.
    pub chosen: Option<u32>,
}

/// Thinks through one citizen's day again, aloud. The chunk holds that citizen alone, as they stood before the day's Want.
pub fn deliberate(context: &RunContext, inputs: &ChoiceInputs, mut chunk: Chunk<'_>) -> Deliberation {
    let places = context.places();
    let mut wanted =
        ChunkOutcome { orders: Vec::new(), chores: vec![0; places], incidents: vec![0; places], unstable: 0 };
    let mut block = Block::new(context, inputs, chunk.first);
    block.draw(1);
    update_citizens(inputs, &mut chunk, 0, 1, &mut block, &mut wanted);
    let staying_out = context.gumbel.at(halves(block.base[1]).0);
    let attentive = block.attentive_count > 0;
    // Who does not think of the market is asked all the same what they would have thought.
    (block.attentive[0], block.attentive_count) = (0, 1);
    prepare_shoppers(context, inputs, &chunk, 0, &mut block);
    for look in 0..inputs.goods {
        consideration_set(context, inputs, &chunk, 0, look, &mut block);
    }
    let person = block.people[0];
    let (home, traits, tastes, mind) = (&chunk.homes[0], &chunk.traits[0], &chunk.tastes[0], &chunk.minds[0]);
    let thoughts = (0..inputs.goods)
        .map(|look| {
            let good = block.goods[look][0];
            let words = block.looks[look].as_chunks::<WORDS>().0[0];
            let (one, other) = halves(words[0]);
            let pull = &inputs.places[home.place as usize].pulls[good as usize];
            let novelty = inputs.novelty[tastes.familiarity[good as usize] as usize];
            let hope = block.hopes[..block.hopes_count].iter().find(|hope| usize::from(hope.look) == look);
            let sellers = hope.map_or_else(Vec::new, |hope| {
                let mut met = SampledSellers::default();
                let sellers = person.sellers.max(inputs.places[home.place as usize].shown[good as usize]);
                let known = (sellers, person.favourite_shock);
                sample_sellers(context, inputs, words, known, good, tastes.favourite, &mut met);
                let local = &inputs.places[home.place as usize];
                let feared = if local.licensed[good as usize] {
                    pull.feared_without_licence(&person, mind, good as usize)
                } else {
                    0.0
                };
                let all = met.slots[..met.count].iter().zip(&met.shocks).map(|(&slot, &shock)| {
                    let offer = Offer::at(inputs, &person, home.place, words, slot, tastes.favourite, (good, feared));
                    let shock = local.tastes[good as usize] * context.gumbel.at(shock);
                    let affordable = offer.price <= person.purse;
                    Compared { slot, offer, shock, utility: hope.felt + offer.worth() + shock, affordable }
                });
                let mut sellers: Vec<Compared> = Vec::new();
                for seller in all {
                    match sellers.iter_mut().find(|known| known.slot == seller.slot) {
                        None => sellers.push(seller),
                        // As they are compared below: one met twice is liked as much as in the better of the two.
                        Some(known) if inputs.hearsay == 0 && seller.utility > known.utility => *known = seller,
                        Some(_) => {}
                    }
                }
                sellers
            });
            Thought {
                good: Good::at(good as usize),
                terms: pull.terms(&person, traits, tastes, mind, good as usize, novelty),
                matched: person.matched,
                shock: context.nest.at(one) + (1.0 - context.nest_share) * context.gumbel.at(other),
                barred: person.barred & (1 << good) != 0,
                looked_up: hope.is_some(),
                perceived_risk: pull.perceived_risk(&person, mind, good as usize),
                sellers,
            }
        })
        .collect();
    find_sellers(context, inputs, &chunk, 0, &mut block);
    Deliberation {
        attentive,
        staying_out,
        price_weight: person.price_weight,
        purse: person.purse,
        thoughts,
        chosen: block.chosen[0].get().filter(|_| attentive),
    }
}
