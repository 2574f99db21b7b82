//! A lesson in the network of a school: thirty phones on one machine, the server on another, and between them packets that are
//! lost, late, or silently dropped; addresses that change; a server that is suspended, and one that is killed. Where no networks
//! can be made, these tests say so aloud, and `.ci/run` counts them as not run.

use contraband_classroom::lesson::LESSONS;

use crate::machines::can_make_networks;
use crate::page_pupils::PageKind;
use crate::school::Folder;
use crate::trial::{Blow, Trial, ends_well};

/// The short form: few phones and two rounds.
#[test]
#[ignore = "long: `cargo test --release --workspace --tests -- --ignored` runs it"]
fn a_lesson_ends_well_on_a_bad_network() {
    if !can_make_networks("a_lesson_ends_well_on_a_bad_network") {
        return;
    }
    let folder = Folder::new();
    ends_well(&Trial {
        lesson: "prohibition_dilemma".into(),
        phones: 8,
        pages: Vec::new(),
        rounds: 2,
        loss: 5,
        delay: 150,
        blows: vec![(1, Blow::Silence { phones: 3, seconds: 48 }), (2, Blow::Kill { seconds: 2 })],
        classes: folder.path().to_owned(),
    });
}

/// What happens to a whole lesson: in each round something that would have ended it.
fn whole(lesson: &str, phones: usize, pages: &[PageKind], classes: &Folder) -> Trial {
    Trial {
        lesson: lesson.into(),
        phones,
        pages: pages.to_vec(),
        rounds: 4,
        loss: 5,
        delay: 150,
        blows: vec![
            (1, Blow::Silence { phones: 7, seconds: 60 }),
            (2, Blow::Roam { phones: 6 }),
            (2, Blow::Suspend { seconds: 45 }),
            (3, Blow::Kill { seconds: 5 }),
            (4, Blow::Move),
        ],
        classes: classes.path().to_owned(),
    }
}

/// Pupils with the real page, in a browser of today, in one behind something that holds streams back, and in one of 2020, as far
/// as there are such browsers here: in each round they are shown what phones are shown, and what they click is kept.
#[test]
#[ignore = "long: a lesson in real time, with browsers"]
fn real_pages_take_part_on_the_network_of_a_school() {
    let test = "real_pages_take_part_on_the_network_of_a_school";
    if !can_make_networks(test) {
        return;
    }
    let pages = PageKind::all_here(test);
    if pages.is_empty() {
        return;
    }
    ends_well(&whole("plenty", 8, &pages, &Folder::new()));
}

/// Every lesson, thirty phones and real pages, four rounds to the end, where `CONTRABAND_TEST_LESSON` names one or `all`.
#[test]
#[ignore = "half an hour in real time: `CONTRABAND_TEST_LESSON=all` runs it"]
fn every_lesson_ends_well_on_the_network_of_a_school() {
    // Nobody has asked for it: that is not counted as not run.
    let Ok(asked) = std::env::var("CONTRABAND_TEST_LESSON") else { return };
    let test = "every_lesson_ends_well_on_the_network_of_a_school";
    if !can_make_networks(test) {
        return;
    }
    let pages = PageKind::all_here(test);
    let lessons: Vec<&str> =
        LESSONS.iter().map(|lesson| lesson.name).filter(|name| asked == "all" || asked == *name).collect();
    assert!(!lessons.is_empty(), "there is no lesson `{asked}`");
    // One at a time: on two cores the browsers of two starve each other.
    for lesson in lessons {
        ends_well(&whole(lesson, 30, &pages, &Folder::new()));
    }
}
