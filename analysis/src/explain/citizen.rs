//! Why did this citizen buy, or stay out, on this day? Their choice, thought through again term by term, beside what was true.

use contraband_sim::explain::{Explained, StallView};
use contraband_sim::ids::good::RISK_GROUP;
use contraband_sim::record::event_text::EventText;
use contraband_sim::rules::utility::TERMS;
use contraband_sim::scenario::Scenario;
use contraband_sim::systems::want::deliberation::{Compared, Thought};
use serde::Serialize;
use serde_json::{Value, json};

use super::chain::{EventWithCauses, History};
use super::page::{TextPage, many, signed};
use super::{ColumnsOfRows, ExplainError, days_in_words};
use crate::charts::words::{percent, short};
use crate::measures::{Groups, sum};
use crate::store::RunFolder;

/// Terms smaller than this, in utils, are told together.
const SMALL: f32 = 0.05;
/// Days over which the true risk is counted.
const MONTH: u32 = 30;

/// A day on which a citizen ordered something.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Purchase {
    /// The day.
    pub day: u32,
    /// The good.
    pub good: &'static str,
    /// `delivered`, `scammed`, `refunded`, `unmet` or `trapped`.
    pub fate: &'static str,
}

/// A citizen's day, with what is needed to tell it.
pub struct CitizenAnswer<'a> {
    /// The day, thought through.
    pub explained: Explained,
    /// Whether the day was asked for; otherwise it is the last purchase, or the nearest to one.
    pub asked_for: bool,
    /// Stalls of the goods thought of, on the evening.
    pub stalls: Vec<StallView>,
    /// All orders up to the last day lived.
    pub purchases: Vec<Purchase>,
    /// The last day that was lived again.
    pub lived: u32,
    /// For names.
    pub scenario: &'a Scenario,
    /// Cases per illicit purchase in the citizen's place, last thirty days.
    true_here: f64,
    /// The same of each good thought of, in all places.
    true_of_goods: Vec<f64>,
    /// What else happened to the citizen that day.
    also: Vec<EventWithCauses>,
}

impl<'a> CitizenAnswer<'a> {
    /// Puts what was seen beside what the tables say.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn of(
        folder: &RunFolder,
        scenario: &'a Scenario,
        (explained, asked_for, stalls): (Explained, bool, Vec<StallView>),
        (purchases, lived): (Vec<Purchase>, u32),
    ) -> Result<Self, ExplainError> {
        let day = explained.day as usize;
        let rate = |table, key, name: &str, of: &str| -> Result<f64, ExplainError> {
            let rows = ColumnsOfRows::read(folder, table, &["day", key, of, "detections"])?;
            let (whole, cases) = (rows.numbers(of)?, rows.numbers("detections")?);
            let groups = Groups::of(&rows.frame, key);
            let Some(group) = groups.names.iter().position(|known| known == name) else { return Ok(f64::NAN) };
            let from = day.saturating_sub(MONTH as usize);
            let over = |values: &[f64]| sum(&groups.series(group, values, folder.info().last_day as usize)[from..day]);
            Ok(over(&cases) / over(&whole))
        };
        let place = &scenario.params.places[explained.place].name;
        let true_here = rate("places", "place", place, "illicit_trades")?;
        let goods = explained.deliberation.thoughts.iter().map(|thought| thought.good.word());
        let true_of_goods = goods.map(|good| rate("goods", "good", good, "trades")).collect::<Result<_, _>>()?;
        let history = History::of(folder)?;
        let about = |event: &&EventText| {
            event.citizen == i64::from(explained.citizen)
                && event.day == explained.day
                && !matches!(event.kind.as_str(), "trade" | "case")
        };
        let also = history.all().iter().filter(about).map(|event| EventWithCauses::of(&history, event)).collect();
        Ok(Self { explained, asked_for, stalls, purchases, lived, scenario, true_here, true_of_goods, also })
    }

    /// As data.
    pub fn json(&self) -> Value {
        let Explained { day, citizen, place, record, perceived, heard, deliberation, outcome, .. } = &self.explained;
        let seller = |compared: &Compared| {
            let stall = self.stall(compared.slot);
            let offer = &compared.offer;
            json!({
                "syndicate": stall.map(|stall| stall.seller),
                "venue": stall.map(|stall| self.venue(stall.venue)),
                "price": offer.price,
                "cost": -offer.cost,
                "doubt": -offer.doubt,
                "travel": -offer.travel,
                "bother": -offer.bother,
                "loyalty": offer.loyalty,
                "suspicion": -offer.suspicion,
                "liking": compared.shock,
                "utility": compared.utility,
                "affordable": compared.affordable,
                "chosen": deliberation.chosen == Some(compared.slot),
            })
        };
        let thoughts = deliberation.thoughts.iter().zip(&self.true_of_goods).map(|(thought, cases)| {
            let terms: serde_json::Map<String, Value> =
                TERMS.iter().zip(thought.terms).map(|(&name, term)| (name.to_owned(), json!(term))).collect();
            json!({
                "good": thought.good.word(),
                "terms": terms,
                "delegate": thought.matched,
                "liking": thought.shock,
                "worth": worth(thought),
                "out_of_reach": thought.barred,
                "looked_up": thought.looked_up,
                "perceived_risk": thought.perceived_risk,
                "heard_risk": heard[usize::from(RISK_GROUP[thought.good.index()])],
                "cases_per_purchase_30_days": cases,
                "sellers": thought.sellers.iter().filter(|met| met.offer.price.is_finite()).map(seller).collect::<Vec<_>>(),
            })
        });
        json!({
            "schema": 1,
            "question": "citizen",
            "citizen": citizen,
            "day": day,
            "place": self.place(*place),
            "credits": deliberation.purse,
            "record": record,
            "attentive": deliberation.attentive,
            "price_weight": deliberation.price_weight,
            "staying_out": deliberation.staying_out,
            "perceived_risk": {"bodily": perceived[0], "digital": perceived[1], "social": perceived[2]},
            "heard_risk": {"bodily": heard[0], "digital": heard[1], "social": heard[2]},
            "cases_per_illicit_purchase_here_30_days": self.true_here,
            "thoughts": thoughts.collect::<Vec<_>>(),
            "outcome": outcome.as_ref().map(|outcome| json!({
                "syndicate": self.stall(outcome.slot).map(|stall| stall.seller),
                "fate": outcome.fate,
                "price": outcome.price,
                "tax_and_markup": outcome.extra,
                "examined_by": outcome.examined_by.map(|agency| self.agency(agency)),
                "case_against": outcome.case,
                "fine": outcome.fine,
            })),
            "also": self.also,
            "purchases": self.purchases,
            "lived_to": self.lived,
        })
    }

    /// It in words.
    pub fn told(&self) -> String {
        let mut page = TextPage::default();
        let Explained { day, citizen, place, record, deliberation, outcome, .. } = &self.explained;
        let what = match deliberation.chosen.and_then(|slot| self.good_of(slot)) {
            Some(good) => format!("bought {good}"),
            None => "stayed out of the market".into(),
        };
        let what = match outcome.as_ref().map(|outcome| outcome.fate) {
            Some("unmet") => what.replace("bought", "wanted"),
            Some("trapped") => what.replace("bought", "ran into a trap over"),
            _ => what,
        };
        page.heading(&format!("Citizen {citizen} {what} on day {day}. Why?"));
        let record = match record {
            0 => "no entries in the criminal record".into(),
            entries => format!("{} in the criminal record", many(f64::from(*entries), "entry", "entries")),
        };
        let weight = f64::from(deliberation.price_weight);
        page.line(
            2,
            &format!(
                "Lives in {}, held {} credits, {record}. Value is measured in utils; to this citizen, one util is \
                 worth {} credits.",
                self.place(*place),
                short(f64::from(deliberation.purse)),
                short(1.0 / weight)
            ),
        );
        let staying = signed(f64::from(deliberation.staying_out), 2);
        if deliberation.attentive {
            page.line(2, &format!("Staying out was worth {staying} that day, including the mood of the day."));
        } else {
            page.line(
                2,
                &format!(
                    "They did not think about the market that day. If they had, staying out would have been worth \
                     {staying}, and they would have weighed:"
                ),
            );
        }
        self.tell_goods(&mut page);
        for thought in &deliberation.thoughts {
            if !thought.sellers.is_empty() || deliberation.thoughts.len() == 1 {
                tell_terms(&mut page, thought);
                self.tell_sellers(&mut page, thought);
            }
        }
        if deliberation.thoughts.iter().all(|thought| thought.sellers.is_empty())
            && let Some(best) = deliberation.thoughts.iter().max_by(|one, other| worth(one).total_cmp(&worth(other)))
        {
            tell_terms(&mut page, best);
        }
        self.tell_risk(&mut page);
        self.tell_outcome(&mut page);
        if !self.also.is_empty() {
            page.heading("What else happened to them that day");
            for other in &self.also {
                other.tell(&mut page, 2);
            }
        }
        self.tell_purchases(&mut page);
        page.text()
    }

    fn tell_goods(&self, page: &mut TextPage) {
        let deliberation = &self.explained.deliberation;
        page.heading("Goods considered, in utils; appeal is net of the appeal of staying out");
        let mut rows = vec![["good", "worth", "best offer", "outcome"].map(String::from).to_vec()];
        for thought in &deliberation.thoughts {
            let best = best_offer(thought);
            let chosen = thought.sellers.iter().any(|seller| deliberation.chosen == Some(seller.slot));
            let so = match best {
                _ if thought.barred => "not available that day",
                _ if chosen => "chosen",
                None if !thought.looked_up => "no seller could have made up for it",
                None => "no seller found, or not enough money",
                Some(best) if best.utility <= deliberation.staying_out => "staying out was better",
                Some(_) if !deliberation.attentive => "would have been considered",
                Some(_) => "another option was better",
            };
            let worth = if thought.barred { "–".into() } else { signed(f64::from(worth(thought)), 2) };
            let offer = best.map_or_else(String::new, |best| signed(f64::from(best.utility), 2));
            rows.push(vec![thought.good.word().replace('_', " "), worth, offer, so.into()]);
        }
        page.table(2, &rows);
    }

    fn tell_sellers(&self, page: &mut TextPage, thought: &Thought) {
        let deliberation = &self.explained.deliberation;
        let good = thought.good.word().replace('_', " ");
        let (met, empty): (Vec<&Compared>, Vec<&Compared>) =
            thought.sellers.iter().partition(|seller| seller.offer.price.is_finite());
        if met.is_empty() {
            page.line(2, "They found nobody with any in stock.");
            return;
        }
        page.heading(&format!("Sellers of {good} compared (in utils, except the price)"));
        let head = ["seller", "venue", "price", "cost", "delivery", "effort", "loyalty", "fakes", "mood", "total"];
        let mut rows = vec![head.map(String::from).to_vec()];
        for seller in met {
            let offer = &seller.offer;
            let stall = self.stall(seller.slot);
            let chosen = if deliberation.chosen == Some(seller.slot) { " \u{2190}" } else { "" };
            let name = stall.map_or("gone".into(), |stall| stall.seller.to_string());
            let against = |term: f32| if term == 0.0 { String::new() } else { signed(-f64::from(term), 2) };
            rows.push(vec![
                name + chosen,
                stall.map_or(String::new(), |stall| self.venue(stall.venue).replace('_', " ")),
                short(f64::from(offer.price)),
                against(offer.cost),
                against(offer.doubt),
                against(offer.travel + offer.bother),
                against(-offer.loyalty),
                against(offer.suspicion),
                signed(f64::from(seller.shock), 2),
                if seller.affordable { signed(f64::from(seller.utility), 2) } else { "too expensive".into() },
            ]);
        }
        page.table(2, &rows);
        if !empty.is_empty() {
            let count = empty.len() as f64;
            page.line(2, &format!("At {} they found nothing.", many(count, "other stall", "other stalls")));
        }
    }

    fn tell_risk(&self, page: &mut TextPage) {
        let Explained { heard, deliberation, .. } = &self.explained;
        page.heading("Probability that a purchase leads to a case: perceived, reported in the neighbourhood, and true");
        let mut rows =
            vec![["good", "perceived", "reported there", "true, all places, 30 days"].map(String::from).to_vec()];
        for (thought, &cases) in deliberation.thoughts.iter().zip(&self.true_of_goods) {
            let told = f64::from(heard[usize::from(RISK_GROUP[thought.good.index()])]);
            rows.push(vec![
                thought.good.word().replace('_', " "),
                chance(f64::from(thought.perceived_risk)),
                chance(told),
                chance(cases),
            ]);
        }
        page.table(2, &rows);
        let place = self.place(self.explained.place);
        page.line(
            2,
            &format!(
                "In {place}, {} of illicit purchases led to a case over these 30 days. The perceived risk allows for \
                 the law's attention and for their mask; the risk reported there is for all goods of this kind.",
                chance(self.true_here)
            ),
        );
    }

    fn tell_outcome(&self, page: &mut TextPage) {
        let Some(outcome) = &self.explained.outcome else { return };
        page.heading("What became of the order");
        let stall = self.stall(outcome.slot);
        let from = stall.map_or("a stall that is gone since".into(), |stall| {
            format!("gang {} at {}", stall.seller, self.venue(stall.venue).replace('_', " "))
        });
        let price = short(outcome.price);
        let text = match outcome.fate {
            "delivered" => format!("Delivered by {from} for {price} credits"),
            "scammed" => format!("{price} credits were paid to {from}, which never delivered"),
            "refunded" => format!("{from} did not deliver, and the {price} credits were refunded"),
            "trapped" => "The stall was a trap set up by an agency".into(),
            _ => format!("Not filled: {from} was out of stock, or others were served first"),
        };
        let extra = if outcome.extra > 0.0 {
            format!(", plus {} in tax or for the shopping agent", short(outcome.extra))
        } else {
            String::new()
        };
        page.line(2, &format!("{text}{extra}."));
        if self.explained.deliberation.chosen != Some(outcome.slot) {
            page.line(2, "This is not the stall they chose: the order was diverted.");
        }
        match (outcome.examined_by, outcome.case) {
            (Some(agency), Some(target)) => page.line(
                2,
                &format!(
                    "The {} examined it and brought a case against the {target}, with a fine of {} credits.",
                    self.agency(agency),
                    short(outcome.fine)
                ),
            ),
            (Some(agency), None) => {
                page.line(2, &format!("The {} examined it; it did not lead to a case.", self.agency(agency)));
            }
            (None, Some(target)) => page.line(
                2,
                &format!("It led to a case against the {target}, with a fine of {} credits.", short(outcome.fine)),
            ),
            (None, None) => page.line(2, "No agency examined it."),
        }
    }

    fn tell_purchases(&self, page: &mut TextPage) {
        let times = many(self.purchases.len() as f64, "order", "orders");
        page.heading(&format!("All their orders up to day {}: {}", self.lived, times));
        let mut goods: Vec<&str> = self.purchases.iter().map(|purchase| purchase.good).collect();
        goods.sort_unstable();
        goods.dedup();
        for good in goods {
            let of_good = self.purchases.iter().filter(|purchase| purchase.good == good);
            let days: Vec<u32> = of_good.map(|purchase| purchase.day).collect();
            page.line(2, &format!("{}: {}", good.replace('_', " "), days_in_words(&days)));
        }
        if self.purchases.is_empty() {
            let nearest = if self.asked_for { "" } else { "; the day above is the one on which they came closest" };
            page.line(2, &format!("never{nearest}"));
        }
    }

    fn stall(&self, slot: u32) -> Option<&StallView> {
        self.stalls.iter().find(|stall| stall.slot == slot as usize)
    }

    fn good_of(&self, slot: u32) -> Option<String> {
        let thoughts = &self.explained.deliberation.thoughts;
        let thought = thoughts.iter().find(|thought| thought.sellers.iter().any(|seller| seller.slot == slot))?;
        Some(thought.good.word().replace('_', " "))
    }

    fn place(&self, place: usize) -> &str {
        &self.scenario.params.places[place].name
    }

    fn venue(&self, venue: usize) -> &str {
        &self.scenario.params.venues[venue].name
    }

    fn agency(&self, agency: usize) -> &str {
        &self.scenario.params.agencies[agency].name
    }
}

/// What a good is worth before any seller is met.
fn worth(thought: &Thought) -> f32 {
    thought.terms.iter().sum::<f32>() + thought.matched + thought.shock
}

/// A chance, as finely as people care.
fn chance(share: f64) -> String {
    if share > 0.0 && share < 1e-4 { "< 0.01\u{a0}%".into() } else { percent(share) }
}

fn best_offer(thought: &Thought) -> Option<&Compared> {
    let within = thought.sellers.iter().filter(|seller| seller.affordable && seller.offer.price.is_finite());
    within.max_by(|one, other| one.utility.total_cmp(&other.utility))
}

/// The terms of one good: the largest first, small ones together.
fn tell_terms(page: &mut TextPage, thought: &Thought) {
    page.heading(&format!("What made up the value of {}, in utils", thought.good.word().replace('_', " ")));
    let mut terms: Vec<(&str, f32)> = TERMS.iter().copied().zip(thought.terms).collect();
    terms.push(("what the shopping agent knows", thought.matched));
    terms.push(("mood of the day", thought.shock));
    terms.sort_by(|one, other| other.1.abs().total_cmp(&one.1.abs()));
    let small: Vec<f32> = terms.iter().map(|term| term.1).filter(|term| term.abs() < SMALL && *term != 0.0).collect();
    let mut rows = vec![vec!["term".to_owned(), "utils".to_owned()]];
    for (name, term) in terms.iter().filter(|term| term.1.abs() >= SMALL) {
        rows.push(vec![(*name).to_owned(), signed(f64::from(*term), 2)]);
    }
    if !small.is_empty() {
        let sum = small.iter().sum::<f32>();
        rows.push(vec![many(small.len() as f64, "small term", "small terms"), signed(f64::from(sum), 2)]);
    }
    rows.push(vec!["total".into(), signed(f64::from(worth(thought)), 2)]);
    page.table(2, &rows);
}
