//! The one door through which credits, units of goods and favours move. Every move has two sides.
//!
//! Balances are private to this file. Money is whole milli-credits, so sums do not depend on their order and the audit is
//! exact. Each move is also added to a flow (from kind, to kind, reason), and [`crate::systems::record::audit`] holds balances to flows.

use bevy_ecs::prelude::*;
use bytemuck::{Pod, Zeroable};
use serde::{Deserialize, Serialize};

use crate::base::units::Credits;
use crate::ids::good::{GOODS, Good};
use crate::state::accounts::{
    ACCOUNT_KINDS, Account, AccountKind, ELEMENT_MOVES, ElementMove, FLOW_REASONS, FlowReason, UNIT_MOVES, UnitMove,
};

/// What a citizen holds and earns, and where: all that incomes and the audit need, so that they pass over little memory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Pod, Zeroable, Serialize, Deserialize)]
#[repr(C)]
pub struct Purse {
    credits: i64,
    income: f32,
    favours: i16,
    place: u8,
    #[serde(skip)]
    spare: u8,
}

impl Purse {
    /// An empty purse of somebody with this income against the mean, in this place.
    pub const fn empty(income: f32, place: u8) -> Self {
        Self { credits: 0, income, favours: 0, place, spare: 0 }
    }

    /// The credits.
    pub const fn balance(&self) -> Credits {
        Credits::milli(self.credits)
    }

    /// Income as a multiple of the mean by nature, above 0.
    pub const fn income(&self) -> f32 {
        self.income
    }

    /// Favours held; the circle of the place, in an enclave its council, owes them.
    pub const fn favours(&self) -> i16 {
        self.favours
    }

    /// Who has this purse is somebody else, with the income of that purse; what is in it is inherited.
    pub fn inherit(&mut self, newcomer: &Self) {
        self.income = newcomer.income;
    }

    /// Income grows by a factor.
    pub fn raise_income(&mut self, factor: f64) {
        self.income = (f64::from(self.income) * factor) as f32;
    }

    /// Number of the home place, from 0.
    pub const fn place(&self) -> usize {
        self.place as usize
    }
}

/// Where units of one good are, all told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitTotals {
    /// Units made or brought since the start.
    pub produced: i64,
    /// Units in stock in all stalls.
    pub stock: i64,
    /// Units in buyers' hands, bought today.
    pub hands: i64,
    /// Used.
    pub consumed: i64,
    /// Units spoilt or left behind since the start.
    pub lost: i64,
    /// Seized.
    pub evidence: i64,
}

/// Where rare elements are, all told.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Elements {
    /// Elements mined since the start.
    pub mined: i64,
    /// Elements held by each colony.
    pub held: Vec<i64>,
    /// Elements with makers, not yet used.
    pub makers: i64,
    /// Used.
    pub used: i64,
    /// Seized.
    pub evidence: i64,
}

impl Elements {
    /// Whether every element that was mined is somewhere, and nobody holds less than none.
    pub fn balance(&self) -> bool {
        let held: i64 = self.held.iter().sum();
        self.mined == held + self.makers + self.used + self.evidence
            && self.held.iter().all(|&held| held >= 0)
            && self.makers >= 0
    }
}

/// What moved in a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flows {
    credits: Vec<i64>,
    units: [[i64; UNIT_MOVES]; GOODS],
    elements: [i64; ELEMENT_MOVES],
    houses: Vec<[i64; FLOW_REASONS]>,
    /// Favours earned by favours done, from circles to people.
    pub favours_earned: i64,
    /// Favours paid by people, to circles.
    pub favours_paid: i64,
    /// Favours lost by people who became somebody else, to circles.
    pub favours_forfeited: i64,
}

impl Default for Flows {
    fn default() -> Self {
        Self {
            credits: vec![0; ACCOUNT_KINDS * ACCOUNT_KINDS * FLOW_REASONS],
            units: [[0; UNIT_MOVES]; GOODS],
            elements: [0; ELEMENT_MOVES],
            houses: Vec::new(),
            favours_earned: 0,
            favours_paid: 0,
            favours_forfeited: 0,
        }
    }
}

impl Flows {
    fn cell(from: AccountKind, to: AccountKind, why: FlowReason) -> usize {
        (why as usize * ACCOUNT_KINDS + from as usize) * ACCOUNT_KINDS + to as usize
    }

    /// Every flow of credits that is not zero: from, to, reason, milli-credits.
    pub fn credits(&self) -> impl Iterator<Item = (AccountKind, AccountKind, FlowReason, i64)> {
        FlowReason::ALL.into_iter().flat_map(move |why| {
            AccountKind::ALL.into_iter().flat_map(move |from| {
                AccountKind::ALL.into_iter().filter_map(move |to| {
                    let amount = self.credits[Self::cell(from, to, why)];
                    (amount != 0).then_some((from, to, why, amount))
                })
            })
        })
    }

    /// Credits that moved for one reason, whoever paid.
    pub fn total(&self, why: FlowReason) -> i64 {
        let start = why as usize * ACCOUNT_KINDS * ACCOUNT_KINDS;
        self.credits[start..start + ACCOUNT_KINDS * ACCOUNT_KINDS].iter().sum()
    }

    /// Credits that a house paid for one reason.
    pub fn paid_by(&self, house: usize, why: FlowReason) -> i64 {
        self.houses.get(house).map_or(0, |paid| paid[why as usize])
    }

    /// Adds what moved on another day.
    pub fn add(&mut self, other: &Self) {
        let add = |sums: &mut [i64], of: &[i64]| sums.iter_mut().zip(of).for_each(|(sum, of)| *sum += of);
        add(&mut self.credits, &other.credits);
        self.units.iter_mut().zip(&other.units).for_each(|(sums, of)| add(sums, of));
        add(&mut self.elements, &other.elements);
        self.favours_earned += other.favours_earned;
        self.favours_paid += other.favours_paid;
        self.favours_forfeited += other.favours_forfeited;
    }

    /// How many elements moved in one way today.
    pub fn elements(&self, how: ElementMove) -> i64 {
        self.elements[how as usize]
    }

    /// Units of a good that moved in one way.
    pub fn units(&self, good: Good, how: UnitMove) -> i64 {
        self.units[good.index()][how as usize]
    }
}

/// Every balance but the citizens' own.
#[derive(Resource, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Books {
    councils: usize,
    houses: usize,
    sellers: Vec<i64>,
    escrow: Vec<i64>,
    operators: Vec<i64>,
    providers: Vec<i64>,
    agencies: Vec<i64>,
    officers: i64,
    treasury: i64,
    mint: i64,
    burn: i64,
    stock: Vec<u32>,
    slots_per_good: usize,
    units: [UnitTotals; GOODS],
    colonies: Vec<i64>,
    elements: Elements,
    circles: Vec<i64>,
    flows: Flows,
}

/// For how many there are books.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sizes {
    /// How many places: each has a circle that owes favours.
    pub places: usize,
    /// Enclave councils: they are the first sellers.
    pub councils: usize,
    /// Houses, whose payments are told apart: they are the sellers behind the councils.
    pub houses: usize,
    /// Sellers, those two included.
    pub sellers: usize,
    /// How many venues: each has an operator and an escrow.
    pub venues: usize,
    /// How many providers of delegates.
    pub providers: usize,
    /// How many agencies.
    pub agencies: usize,
    /// How many colonies.
    pub colonies: usize,
    /// How many slots of one good: each holds a stock.
    pub slots: usize,
}

impl Books {
    /// Empty books.
    pub fn new(sizes: &Sizes) -> Self {
        let &Sizes { places, councils, houses, sellers, venues, providers, agencies, colonies, slots } = sizes;
        Self {
            councils,
            houses,
            sellers: vec![0; sellers],
            escrow: vec![0; venues],
            operators: vec![0; venues],
            providers: vec![0; providers],
            agencies: vec![0; agencies],
            officers: 0,
            treasury: 0,
            mint: 0,
            burn: 0,
            stock: vec![0; slots * GOODS],
            slots_per_good: slots,
            units: [UnitTotals::default(); GOODS],
            colonies: vec![0; colonies],
            elements: Elements { held: vec![0; colonies], ..Elements::default() },
            circles: vec![0; places],
            flows: Flows::default(),
        }
    }

    /// Where rare elements are.
    pub fn elements(&self) -> &Elements {
        &self.elements
    }

    /// Moves elements between a colony and elsewhere, or from makers into use.
    pub fn move_elements(&mut self, colony: usize, how: ElementMove, elements: u32) {
        let amount = i64::from(elements);
        let totals = &mut self.elements;
        let (from, to) = match how {
            ElementMove::Mine => {
                totals.mined += amount;
                (None, &mut totals.held[colony])
            }
            ElementMove::Barter => (Some(&mut totals.held[colony]), &mut totals.makers),
            ElementMove::Use => (Some(&mut totals.makers), &mut totals.used),
            ElementMove::Seize => (Some(&mut totals.held[colony]), &mut totals.evidence),
        };
        if let Some(from) = from {
            *from -= amount;
        }
        *to += amount;
        self.flows.elements[how as usize] += amount;
    }

    fn kind(&self, account: Account) -> AccountKind {
        match account {
            Account::Seller(seller) if seller < self.councils => AccountKind::Commons,
            Account::Seller(_) => AccountKind::Syndicates,
            Account::Escrow(_) => AccountKind::Escrow,
            Account::Operator(_) => AccountKind::Operators,
            Account::Provider(_) => AccountKind::Providers,
            Account::Agency(_) => AccountKind::Agencies,
            Account::Officers => AccountKind::Officers,
            Account::Treasury => AccountKind::Treasury,
            Account::Mint => AccountKind::Mint,
            Account::Burn => AccountKind::Burn,
            Account::Colony(_) => AccountKind::Colonies,
        }
    }

    fn slot(&mut self, account: Account) -> &mut i64 {
        match account {
            Account::Seller(seller) => &mut self.sellers[seller],
            Account::Escrow(venue) => &mut self.escrow[venue],
            Account::Operator(venue) => &mut self.operators[venue],
            Account::Provider(provider) => &mut self.providers[provider],
            Account::Agency(agency) => &mut self.agencies[agency],
            Account::Officers => &mut self.officers,
            Account::Treasury => &mut self.treasury,
            Account::Mint => &mut self.mint,
            Account::Burn => &mut self.burn,
            Account::Colony(colony) => &mut self.colonies[colony],
        }
    }

    fn add_flow(&mut self, from: AccountKind, to: AccountKind, why: FlowReason, milli: i64) {
        self.flows.credits[Flows::cell(from, to, why)] += milli;
    }

    fn note_payer(&mut self, from: Account, why: FlowReason, milli: i64) {
        if let Account::Seller(seller) = from {
            let house = seller.wrapping_sub(self.councils);
            if house < self.houses {
                self.flows.houses.resize(self.houses, [0; FLOW_REASONS]);
                self.flows.houses[house][why as usize] += milli;
            }
        }
    }

    /// The balance of an account.
    pub fn balance(&self, account: Account) -> Credits {
        Credits::milli(match account {
            Account::Seller(seller) => self.sellers[seller],
            Account::Escrow(venue) => self.escrow[venue],
            Account::Operator(venue) => self.operators[venue],
            Account::Provider(provider) => self.providers[provider],
            Account::Agency(agency) => self.agencies[agency],
            Account::Officers => self.officers,
            Account::Treasury => self.treasury,
            Account::Mint => self.mint,
            Account::Burn => self.burn,
            Account::Colony(colony) => self.colonies[colony],
        })
    }

    /// What all accounts of a kind hold; for citizens see [`crate::systems::record::audit`].
    pub fn held_by(&self, kind: AccountKind) -> i64 {
        match kind {
            AccountKind::Citizens => 0,
            AccountKind::Commons => self.sellers[..self.councils].iter().sum(),
            AccountKind::Syndicates => self.sellers[self.councils..].iter().sum(),
            AccountKind::Escrow => self.escrow.iter().sum(),
            AccountKind::Operators => self.operators.iter().sum(),
            AccountKind::Providers => self.providers.iter().sum(),
            AccountKind::Agencies => self.agencies.iter().sum(),
            AccountKind::Officers => self.officers,
            AccountKind::Treasury => self.treasury,
            AccountKind::Mint => self.mint,
            AccountKind::Burn => self.burn,
            AccountKind::Colonies => self.colonies.iter().sum(),
        }
    }

    /// The first account that owes more than it holds; only the mint may.
    pub fn overdrawn(&self) -> Option<AccountKind> {
        let negative = |balances: &[i64]| balances.iter().any(|&milli| milli < 0);
        [
            (AccountKind::Syndicates, negative(&self.sellers)),
            (AccountKind::Escrow, negative(&self.escrow)),
            (AccountKind::Operators, negative(&self.operators)),
            (AccountKind::Providers, negative(&self.providers)),
            (AccountKind::Agencies, negative(&self.agencies)),
            (AccountKind::Officers, self.officers < 0),
            (AccountKind::Treasury, self.treasury < 0),
            (AccountKind::Burn, self.burn < 0),
            (AccountKind::Colonies, negative(&self.colonies)),
        ]
        .into_iter()
        .find_map(|(kind, is)| is.then_some(kind))
    }

    /// Moves credits between two accounts. Only the mint may go below zero.
    pub fn pay(&mut self, from: Account, to: Account, amount: Credits, why: FlowReason) {
        let milli = amount.as_milli();
        debug_assert!(milli >= 0, "a payment is not negative");
        *self.slot(from) -= milli;
        *self.slot(to) += milli;
        self.note_payer(from, why, milli);
        let (from, to) = (self.kind(from), self.kind(to));
        self.add_flow(from, to, why, milli);
    }

    /// A citizen pays.
    pub fn pay_from(&mut self, purse: &mut Purse, to: Account, amount: Credits, why: FlowReason) {
        let milli = amount.as_milli();
        debug_assert!(milli >= 0 && milli <= purse.credits, "a citizen pays what is there");
        purse.credits -= milli;
        *self.slot(to) += milli;
        let to = self.kind(to);
        self.add_flow(AccountKind::Citizens, to, why, milli);
    }

    /// A citizen is paid.
    pub fn pay_to(&mut self, from: Account, purse: &mut Purse, amount: Credits, why: FlowReason) {
        let milli = amount.as_milli();
        debug_assert!(milli >= 0, "a payment is not negative");
        *self.slot(from) -= milli;
        purse.credits += milli;
        self.note_payer(from, why, milli);
        let from = self.kind(from);
        self.add_flow(from, AccountKind::Citizens, why, milli);
    }

    /// Enters what [`endow`] gave to a chunk of citizens.
    pub fn enter_start(&mut self, minted: i64) {
        self.mint -= minted;
        self.add_flow(AccountKind::Mint, AccountKind::Citizens, FlowReason::Start, minted);
    }

    /// Enters what [`earn_and_live`] did to a chunk of citizens.
    pub fn enter_living(&mut self, minted: i64, burned: i64) {
        self.mint -= minted;
        self.burn += burned;
        self.add_flow(AccountKind::Mint, AccountKind::Citizens, FlowReason::Income, minted);
        self.add_flow(AccountKind::Citizens, AccountKind::Burn, FlowReason::Living, burned);
    }

    /// How many sellers there is room for.
    pub fn sellers(&self) -> usize {
        self.sellers.len()
    }

    /// Units in a stall.
    pub fn stock(&self, stall: usize) -> u32 {
        self.stock[stall]
    }

    /// Where the units of a good are.
    pub fn units(&self, good: Good) -> UnitTotals {
        self.units[good.index()]
    }

    /// Sum of the stalls' stocks of a good, counted stall by stall.
    pub fn counted_stock(&self, good: Good) -> i64 {
        let start = good.index() * self.slots_per_good;
        self.stock[start..start + self.slots_per_good].iter().map(|&units| i64::from(units)).sum()
    }

    /// Moves units between the stock of a stall and elsewhere, or from hands (then the stall only names the good).
    pub fn move_units(&mut self, stall: usize, how: UnitMove, units: u32) {
        let good = stall / self.slots_per_good;
        let stock = &mut self.stock[stall];
        let totals = &mut self.units[good];
        let amount = i64::from(units);
        match how {
            UnitMove::Produce => {
                *stock += units;
                totals.produced += amount;
                totals.stock += amount;
            }
            UnitMove::Deliver => {
                *stock -= units;
                totals.stock -= amount;
                totals.hands += amount;
            }
            UnitMove::Consume => {
                totals.hands -= amount;
                totals.consumed += amount;
            }
            UnitMove::Lose => {
                *stock -= units;
                totals.stock -= amount;
                totals.lost += amount;
            }
            UnitMove::SeizeStock => {
                *stock -= units;
                totals.stock -= amount;
                totals.evidence += amount;
            }
            UnitMove::SeizeHands => {
                totals.hands -= amount;
                totals.evidence += amount;
            }
        }
        self.flows.units[good][how as usize] += amount;
    }

    /// What is still in buyers' hands at the end of the day is used.
    pub fn use_up_hands(&mut self) {
        for good in 0..GOODS {
            let hands = self.units[good].hands;
            self.units[good].hands = 0;
            self.units[good].consumed += hands;
            self.flows.units[good][UnitMove::Consume as usize] += hands;
        }
    }

    /// Enters the favours done that [`earn_favours`] counted; the circle of the place owes as many more.
    pub fn enter_chores(&mut self, place: usize, chores: i64) {
        self.circles[place] -= chores;
        self.flows.favours_earned += chores;
    }

    /// Somebody pays the circle of a place with favours.
    pub fn spend_favours(&mut self, place: usize, purse: &mut Purse, favours: i16) {
        debug_assert!(purse.favours >= favours && favours >= 0, "favours are there to be spent");
        purse.favours -= favours;
        self.circles[place] += i64::from(favours);
        self.flows.favours_paid += i64::from(favours);
    }

    /// Whoever becomes somebody else is owed nothing any more: the favours go back to the circle of the place.
    pub fn forfeit_favours(&mut self, purse: &mut Purse) {
        let favours = i64::from(std::mem::take(&mut purse.favours));
        self.circles[purse.place()] += favours;
        self.flows.favours_forfeited += favours;
    }

    /// Somebody moves: favours stay behind, so the circle of the old place owes nothing more.
    pub fn move_home(&mut self, purse: &mut Purse, place: u8) {
        self.forfeit_favours(purse);
        purse.place = place;
    }

    /// Favours that circles hold; minus what people hold.
    pub fn owed_by_circles(&self) -> i64 {
        self.circles.iter().sum()
    }

    /// What moved since the last call.
    pub fn close_day(&mut self) -> Flows {
        std::mem::take(&mut self.flows)
    }

    /// What moved so far today.
    pub fn flows(&self) -> &Flows {
        &self.flows
    }
}

/// A chunk of citizens receive what they start with: their share of incomes, for `each` credits on average. Returns milli-credits
/// minted, for [`Books::enter_start`].
pub fn endow(purses: &mut [Purse], each: f64) -> i64 {
    let given = |purse: &mut Purse| {
        let credits = Credits::from(each * f64::from(purse.income)).as_milli();
        purse.credits += credits;
        credits
    };
    purses.iter_mut().map(given).sum()
}

/// A chunk of citizens receive their income and spend a share of what they hold on lawful living.
///
/// `mean` is the income in milli-credits of somebody whose share of incomes is 1, `share` that share in 2^32nds, rounded down to the milli-credit. Returns milli-credits minted and burned, for
/// [`Books::enter_living`].
pub fn earn_and_live(purses: &mut [Purse], mean: f64, share: u32) -> (i64, i64) {
    let (mut minted, mut burned) = (0, 0);
    for purse in purses {
        let earned = (mean * f64::from(purse.income)) as i64;
        let held = purse.credits + earned;
        let spent = ((i128::from(held) * i128::from(share)) >> 32) as i64;
        purse.credits = held - spent;
        minted += earned;
        burned += spent;
    }
    (minted, burned)
}

/// Somebody has done favours: so many more, to be entered with [`Books::enter_chores`].
pub fn earn_favours(purse: &mut Purse, favours: i16) {
    debug_assert!(favours >= 0, "favours done are not negative");
    purse.favours += favours;
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZES: Sizes = Sizes {
        places: 1,
        councils: 1,
        houses: 0,
        sellers: 3,
        venues: 2,
        providers: 1,
        agencies: 1,
        colonies: 0,
        slots: 4,
    };

    fn books() -> Books {
        Books::new(&SIZES)
    }

    #[test]
    fn a_payment_has_two_sides_and_a_reason() {
        let mut books = books();
        let mut purse = Purse::default();
        books.pay_to(Account::Mint, &mut purse, Credits::from(10.0), FlowReason::Start);
        books.pay_from(&mut purse, Account::Escrow(1), Credits::from(4.0), FlowReason::Purchase);
        assert_eq!(purse.balance(), Credits::from(6.0));
        assert_eq!(books.balance(Account::Escrow(1)), Credits::from(4.0));
        assert_eq!(books.balance(Account::Mint), Credits::from(-10.0));
        assert!(
            books
                .flows()
                .credits()
                .any(|flow| flow == (AccountKind::Citizens, AccountKind::Escrow, FlowReason::Purchase, 4000))
        );
    }

    #[test]
    fn a_council_is_paid_into_the_commons() {
        let mut books = books();
        books.pay(Account::Mint, Account::Seller(0), Credits::from(1.0), FlowReason::Start);
        books.pay(Account::Mint, Account::Seller(2), Credits::from(2.0), FlowReason::Start);
        assert_eq!((books.held_by(AccountKind::Commons), books.held_by(AccountKind::Syndicates)), (1000, 2000));
    }

    #[test]
    fn favours_stay_behind_when_somebody_moves() {
        let mut books = books();
        let mut purse = Purse::empty(1.0, 0);
        earn_favours(&mut purse, 2);
        books.enter_chores(0, 2);
        books.move_home(&mut purse, 1);
        assert_eq!((purse.favours(), purse.place(), books.owed_by_circles()), (0, 1, 0));
    }

    #[test]
    fn a_seized_unit_goes_into_evidence_not_into_nothing() {
        let mut books = books();
        books.move_units(5, UnitMove::Produce, 3);
        books.move_units(5, UnitMove::Deliver, 1);
        books.move_units(5, UnitMove::SeizeHands, 1);
        books.move_units(5, UnitMove::SeizeStock, 2);
        let units = books.units(Good::at(1));
        assert_eq!((units.produced, units.stock, units.hands, units.evidence), (3, 0, 0, 3));
    }

    #[test]
    fn favours_of_whoever_becomes_somebody_else_go_back_to_the_circle() {
        let mut books = books();
        let mut purse = Purse::empty(1.0, 0);
        earn_favours(&mut purse, 1);
        books.enter_chores(0, 1);
        books.forfeit_favours(&mut purse);
        assert_eq!((purse.favours(), books.owed_by_circles(), books.flows().favours_forfeited), (0, 0, 1));
    }

    #[test]
    fn every_element_that_was_mined_is_somewhere() {
        let mut books = Books::new(&Sizes { colonies: 2, ..SIZES });
        books.move_elements(1, ElementMove::Mine, 9);
        books.move_elements(1, ElementMove::Barter, 4);
        books.move_elements(1, ElementMove::Use, 3);
        books.move_elements(1, ElementMove::Seize, 2);
        let elements = books.elements();
        assert_eq!(elements.held, [0, 3]);
        assert_eq!((elements.mined, elements.makers, elements.used, elements.evidence), (9, 1, 3, 2));
        assert!(elements.balance());
    }

    #[test]
    fn living_takes_its_share_and_no_more() {
        let purse = |credits| Purse { credits, ..Purse::empty(1.0, 0) };
        let mut purses = [purse(1_000_000), purse(0), purse(i64::MAX / 2)];
        let before: i128 = purses.iter().map(|purse| i128::from(purse.credits)).sum();
        let share = (0.02 * 4_294_967_296.0) as u32;
        let (minted, burned) = earn_and_live(&mut purses, 10_000.0, share);
        let after: i128 = purses.iter().map(|purse| i128::from(purse.credits)).sum();
        assert_eq!(purses[0].credits, 1_010_000 - 20_199);
        assert_eq!(after, before + i128::from(minted) - i128::from(burned));
    }
}
