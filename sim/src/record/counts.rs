//! What happened to people and things today, counted: one field here is one column of the table `counts`.

crate::table! {
    /// What happened to people and things, counted, a row each day.
    #[derive(Default)]
    COUNTS: Counts in "counts" {
        day: u32, "day", "day of the run, from 1";
        joined_enclave: i64, "people", "people who moved to an enclave";
        left_enclave: i64, "people", "people who left an enclave, of their own accord or not";
        switched: i64, "people", "people who went from one provider of delegates to another";
        injected: i64, "orders", "purchases of delegates hijacked by injected instructions";
        augmented_share: f64, "share", "citizens with at least one level of augmentation";
        level_mean: f64, "levels", "levels of augmentation of a citizen, on average";
        unstable: i64, "people", "people whom augmentation has made unstable";
        incidents: i64, "incidents", "violent incidents by unstable people";
        injuries: i64, "people", "people injured by an experience";
        intensity_mean: Option<f64>, "intensity", "intensity of experiences that users are used to, on average; missing on a day without uses";
        visits: i64, "visits", "visits to zones of recreated scarcity";
        turned_away: i64, "visits", "visits for which a zone had no room";
        congestion: Option<f64>, "ratio", "visits to zones against their capacity, smoothed; missing where there is no zone";
        zone_raids: i64, "raids", "raids on zones";
        slots_sold: i64, "slots", "slots of positional goods let";
        slots_by_favour: i64, "slots", "slots among them that went to the connected, for favours";
        identities: i64, "people", "people who took a new identity";
        donations: i64, "people", "people who gave an identity for money";
        victims: i64, "people", "people who were robbed of an identity";
        shortages: i64, "units", "identities that were not made for want of a donor";
        minds: i64, "minds", "emulated minds that run";
        artefacts: f64, "artefacts", "artefacts of dangerous tech that people hold";
        techniques: f64, "techniques", "techniques that tinkerers know: the level of illicit technology";
        ideas: i64, "ideas", "new ideas";
        accidents: i64, "accidents", "accidents with artefacts";
        accident_loss: f64, "harm", "harm done by accidents";
        slot_price: Option<f64>, "credits", "mean price of slots let for credits; missing where there were none";
        inside_wealth: Option<f64>, "ratio", "wealth of those who were let a slot, against the mean of all; missing where there were none";
        inside_favours: Option<f64>, "favours", "favours held by those who were let a slot, on average; missing where there were none";
        searches: i64, "people", "people searched for wearing a mask";
        search_hits: i64, "people", "people among them who had bought something illicit of late";
        bribes: i64, "cases", "cases dropped for a bribe";
        bribes_milli: i64, "milli-credits", "bribes paid to officers";
        exposed: i64, "cases", "bribes that came out";
        leaks: i64, "leaks", "secrets that got out";
        copies_data: f64, "share", "people to whom data is worth no more than a copy";
        copies_designs: f64, "share", "people to whom designs are worth no more than a copy";
        copies_weights: f64, "share", "people to whom weights are worth no more than a copy";
        public_data: f64, "share", "people who can find a public copy of data";
        public_designs: f64, "share", "people who can find a public copy of designs";
        public_weights: f64, "share", "people who can find a public copy of weights";
        private_data: f64, "share", "people who keep a copy of data of their own";
        private_designs: f64, "share", "people who keep a copy of designs of their own";
        private_weights: f64, "share", "people who keep a copy of weights of their own";
        fakers: i64, "stalls", "stalls that sell fakes as authentic things";
        fakers_caught: i64, "stalls", "stalls found out with fakes";
        genuine_share: Option<f64>, "share", "authentic things sold that were genuine; missing where none were sold";
        genuine_belief: f64, "share", "authentic things that people believe to be genuine";
        trapped: i64, "orders", "illicit orders that met a trap";
        outbid: i64, "orders", "bids for slots of positional goods that others outbid";
        newcomers: i64, "people", "people who died or moved away, and whose place a newcomer took";
    }
}
