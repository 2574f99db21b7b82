//! A whole lesson in real browsers: a teacher, a wall, three phones, and bots for the rest.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::channel;
use std::thread::JoinHandle;

use contraband_classroom::{ClassOptions, Doors, classroom};

use crate::browser::Browser;
use crate::webdriver::{ENTER, TAB};

/// A server of classes with one class open; it ends, and its folder goes, when this is dropped.
pub struct Classroom {
    pub doors: Doors,
    folder: PathBuf,
    stop: Arc<AtomicBool>,
    serving: Option<JoinHandle<()>>,
}

impl Classroom {
    pub fn open(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("contraband-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        let stop = Arc::new(AtomicBool::new(false));
        let (doors, serving) = serve(0, &folder, &stop);
        Self { doors, folder, stop, serving: Some(serving) }
    }

    pub fn at(&self) -> SocketAddr {
        self.doors.join.strip_prefix("http://").expect("an address").parse().expect("of this machine")
    }

    pub fn join(&self) -> String {
        format!("{}/join#{}", self.doors.join, self.doors.code)
    }

    /// Ends the server, and begins another on the same folder and port.
    fn again(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        let _ = self.serving.take().map(JoinHandle::join);
        self.stop = Arc::new(AtomicBool::new(false));
        let (doors, serving) = serve(self.at().port(), &self.folder, &self.stop);
        assert_eq!(doors.teacher, self.doors.teacher);
        self.serving = Some(serving);
    }
}

fn serve(port: u16, classes: &Path, stop: &Arc<AtomicBool>) -> (Doors, JoinHandle<()>) {
    let (tell, told) = channel();
    let (classes, ended) = (classes.to_owned(), Arc::clone(stop));
    let serving = std::thread::spawn(move || {
        let options = ClassOptions {
            port,
            lan: false,
            // An address that is given is drawn, as one of a network is.
            given: vec!["127.0.0.1".into()],
            lesson: None,
            class: None,
            new: false,
            classes,
            rehearse: false,
            threads: 1,
        };
        let ready = |doors: &Doors| tell.send(doors.clone()).expect("somebody waits for it");
        classroom(&options, ready, || ended.load(Ordering::Relaxed)).expect("a class");
    });
    (told.recv().expect("it opens"), serving)
}

impl Drop for Classroom {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        let _ = self.serving.take().map(JoinHandle::join);
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// Looks at a page in light and in dark.
fn looked_at(page: &Browser, what: &str) {
    for theme in ["light", "dark"] {
        page.ask(&format!("document.documentElement.dataset.theme = '{theme}'"));
        let found = page.violations();
        assert!(found.is_empty(), "{what}, {theme}: {found:#?}");
    }
}

/// Looks at a phone: it is no wider than its screen, and thumbs hit what they aim at.
fn phone_looked_at(page: &Browser, what: &str) {
    looked_at(page, what);
    let widths = page.ask("return [document.documentElement.scrollWidth, innerWidth]");
    assert_eq!(widths, serde_json::json!([360, 360]), "{what}");
    assert!(page.too_small().is_empty(), "{what}: {:#?}", page.too_small());
}

/// Looks at the wall: nothing on it is smaller than 28 pixels.
fn wall_looked_at(page: &Browser, what: &str) {
    looked_at(page, what);
    let script = "return Math.min(...[...document.querySelectorAll('main *')] \
        .filter((each) => each.innerText?.trim()).map((each) => Number.parseFloat(getComputedStyle(each).fontSize)))";
    assert!(page.ask(script).as_f64() >= Some(28.0), "{what}: {}", page.ask(script));
}

/// Milliseconds until something was first to be seen.
fn first_paint(page: &Browser) -> String {
    page.ask("return performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0").to_string()
}

pub const STAGE: &str = "document.querySelector('.steps [aria-current]')?.innerText";

/// The teacher goes on to another stage.
pub fn on(teacher: &Browser, stage: &str) {
    teacher.until("document.querySelector('.control .go')?.disabled === false");
    teacher.click(".control .go");
    teacher.until(&format!("{STAGE} === '{stage}'"));
}

#[test]
fn a_whole_lesson_is_played_from_the_code_on_the_wall_to_the_files() {
    let room = Classroom::open("lesson");
    let at = room.at();
    let Some(teacher) = Browser::of(at, 1366, 768) else { return };
    let wall = Browser::of(at, 1920, 1080).expect("another browser");
    let phones: Vec<Browser> = (0..3).map(|_| Browser::of(at, 360, 740).expect("a phone")).collect();
    teacher.driver.go(&room.doors.teacher);
    wall.driver.go(&room.doors.screen);
    teacher.until(&format!("{STAGE} === 'Lobby'"));
    wall.until(&format!(
        "document.querySelector('.code.big')?.innerText === '{}' && document.querySelector('.qr').naturalWidth > 0",
        room.doors.code
    ));
    // Three come in; what they are called is never read as HTML.
    let names = ["Ann", "<b>Ben</b>", "=Cem"];
    for (phone, name) in phones.iter().zip(names) {
        phone.driver.go(&room.join());
        phone.until("document.querySelector('#name')");
        phone.driver.press(&phone.driver.find("#name"), name);
        if name == "Ann" {
            phone_looked_at(phone, "joining");
        }
        phone.driver.press(&phone.driver.find("#name"), ENTER);
        phone.until("document.querySelector('.seat-head h1') && document.querySelector('.briefing')");
    }
    eprintln!(
        "first paint: phone {} ms, teacher {} ms, wall {} ms",
        first_paint(&phones[0]),
        first_paint(&teacher),
        first_paint(&wall)
    );
    wall.until("document.querySelector('.count')?.innerText.startsWith('3 people')");
    wall.until("[...document.querySelectorAll('.names li')].some((each) => each.innerText === '<b>Ben</b>')");
    teacher.until("document.querySelectorAll('.people tbody tr').length === 3");
    looked_at(&teacher, "teacher, lobby");
    wall_looked_at(&wall, "wall, lobby");
    phone_looked_at(&phones[0], "phone, lobby");

    on(&teacher, "Cards");
    phones[0].until("document.querySelectorAll('.option').length > 1");
    phones[0].click(".option:last-child");
    phones[0].click(".sender .go");
    phones[0].until("document.querySelector('.sender .go')?.classList.contains('done')");
    wall_looked_at(&wall, "wall, cards");
    phone_looked_at(&phones[0], "phone, cards");

    // One decides, one sends what holds, one is late.
    on(&teacher, "Decide");
    phones[0].until("document.querySelectorAll('fieldset.ask').length > 1");
    phones[0].click("fieldset.ask .option:nth-child(3)");
    let chosen = phones[0].ask("return document.querySelector('fieldset.ask :checked').closest('.option').innerText");
    phone_looked_at(&phones[0], "phone, deciding");
    phones[0].click(".sender .go");
    phones[0].until("document.querySelector('.sender p').innerText.startsWith('Sent')");
    // By keys alone: from the top of the page to what sends it.
    phones[1].until("document.querySelector('.sender .go')");
    while phones[1].ask("return document.activeElement.matches('.sender .go')") != true {
        phones[1].driver.press(&phones[1].driver.focused(), TAB);
    }
    phones[1].driver.press(&phones[1].driver.focused(), ENTER);
    phones[1].until("document.querySelector('.sender p').innerText.startsWith('Sent')");
    teacher.until("[...document.querySelectorAll('.people .done')].filter((each) => each.innerText.startsWith('decided')).length === 2");
    wall.until("document.querySelectorAll('.marks .mark').length > 0");
    looked_at(&teacher, "teacher, deciding");
    wall_looked_at(&wall, "wall, deciding");

    // A tab that is closed and opened again is the same seat, with what was sent.
    let title = phones[0].ask("return document.querySelector('.seat-head h1').innerText");
    phones[0].driver.go("about:blank");
    phones[0].driver.go(&room.join());
    phones[0].until("document.querySelectorAll('fieldset.ask').length > 1");
    assert_eq!(phones[0].ask("return document.querySelector('.seat-head h1').innerText"), title);
    assert_eq!(
        phones[0].ask("return document.querySelector('fieldset.ask :checked').closest('.option').innerText"),
        chosen
    );

    // A month passes on the wall, and each sees what it meant for them.
    teacher.ask("const speed = document.querySelector('.others select'); speed.value = '10'; speed.dispatchEvent(new Event('change'))");
    teacher.click(".control .go");
    wall.until(
        "document.querySelector('canvas.town') && /Day 6[5-9]/.test(document.querySelector('.daynumber').innerText)",
    );
    wall_looked_at(&wall, "wall, playing");
    phones[0].until("document.querySelector('.seat-body progress')");
    phone_looked_at(&phones[0], "phone, playing");
    teacher.until(&format!("{STAGE} === 'Results'"));
    phones[0].until("document.querySelectorAll('.figure').length > 3");
    looked_at(&teacher, "teacher, results");
    wall_looked_at(&wall, "wall, results");
    phone_looked_at(&phones[0], "phone, results");

    // The teacher hurries through the other rounds.
    teacher.ask("const speed = document.querySelector('.others select'); speed.value = '100'; speed.dispatchEvent(new Event('change'))");
    let rounds = "Number(document.querySelector('.now h2').innerText.match(/of (\\d+)/)[1])";
    let rounds = teacher.ask(&format!("return {rounds}")).as_u64().expect("rounds");
    for _ in 1..rounds {
        on(&teacher, "Decide");
        on(&teacher, "Results");
    }

    // What would have been: with bots in all seats, and with one decision otherwise.
    on(&teacher, "Debrief");
    teacher.until("document.querySelectorAll('.history .link').length > 1");
    teacher.click(".report .buttons button:nth-child(2)");
    teacher.until("document.querySelector('.findings')");
    teacher.ask(
        "[...document.querySelectorAll('.history .link')].find((each) => each.innerText.startsWith('Change')).click()",
    );
    teacher.until("document.querySelector('dialog').open");
    looked_at(&teacher, "teacher, another decision");
    teacher.ask("document.querySelector('dialog .option:not(:has(:checked)) input').click()");
    teacher.click("dialog .go");
    teacher.until("document.querySelectorAll('.findings').length === 2");
    wall.until("document.querySelector('.findings li.clear, .findings li')");
    phones[0].until("document.querySelectorAll('.findings').length === 2 && document.querySelector('.awards')");
    looked_at(&teacher, "teacher, looking back");
    wall_looked_at(&wall, "wall, looking back");
    phone_looked_at(&phones[0], "phone, looking back");

    // Every file can be fetched; a row for each decision, and names that no spreadsheet takes for a formula.
    let fetched = |file: &str| {
        let script = format!(
            "const done = arguments[arguments.length - 1]; const link = [...document.querySelectorAll('.files a')].find((each) => each.innerText === '{file}'); \
             fetch(link.href).then((answer) => answer.text()).then(done)"
        );
        teacher.driver.run_until_done(&script).as_str().expect("a text").to_owned()
    };
    let decisions = fetched("decisions.csv");
    assert!(decisions.lines().count() as u64 > rounds && decisions.contains("<b>Ben</b>"), "{decisions}");
    assert!(!decisions.contains(",=Cem") && !decisions.contains("\n=Cem"), "{decisions}");
    for file in ["seats.csv", "days.csv", "goods.csv", "class.ron"] {
        assert!(fetched(file).lines().count() > 3, "{file}");
    }
    on(&teacher, "End");
    phones[0].until("document.body.innerText.includes('The lesson is over')");
}

/// What a pupil is told on their own phone: what excludes what before it is sent, what is missing from what was sent, a new name
/// at once; and the seat is theirs again when they type the code once more.
#[test]
fn a_phone_says_what_does_not_go_together_and_what_is_missing() {
    let room = Classroom::open("clash");
    let Some(phone) = Browser::of(room.at(), 360, 740) else { return };
    let teacher = Browser::of(room.at(), 1366, 768).expect("another browser");
    phone.driver.go(&room.join());
    phone.until("document.querySelector('.joining .lead').innerText.endsWith('?') && document.querySelector('#name')");
    phone.driver.press(&phone.driver.find("#name"), "Ann");
    phone.driver.press(&phone.driver.find("#name"), ENTER);
    phone.until("document.querySelector('.seat-head h1')");
    teacher.driver.go(&room.doors.teacher);
    on(&teacher, "Cards");
    on(&teacher, "Decide");
    phone.until("document.querySelectorAll('fieldset.ask').length > 2");
    let choose = |at: usize, key: &str| {
        phone.ask(&format!(
            "document.querySelectorAll('fieldset.ask')[{at}].querySelector('input[value=\"{key}\"]').click()"
        ));
    };
    choose(0, "privacy");
    choose(1, "privacy");
    phone.until("document.querySelector('.sender p').innerText.includes('exclude each other')");
    assert_eq!(phone.ask("return document.querySelector('.sender .go').disabled"), true);
    phone_looked_at(&phone, "phone, contradicting itself");
    choose(1, "none");
    phone.until("!document.querySelector('.sender .go').disabled");
    phone.click(".sender .go");
    phone.until("document.querySelector('.sender p').innerText.startsWith('Sent, but without a vote')");
    phone.ask("[...document.querySelectorAll('fieldset.ask')].at(-1).querySelector('input').click()");
    phone.click(".sender .go");
    phone.until("document.querySelector('.sender p').innerText.startsWith('Sent. You can still change it.')");
    // A new name is there at once, and the form as it was.
    choose(1, "experience");
    teacher.ask("const name = document.querySelector('.people tbody input'); name.value = 'שרה'; name.dispatchEvent(new Event('change'))");
    phone.until("document.querySelector('.seat-head bdi').innerText === 'שרה'");
    assert_eq!(
        phone.ask("return document.querySelectorAll('fieldset.ask')[1].querySelector(':checked').value"),
        "experience"
    );
    // The code typed once more, on the phone that holds the seat.
    phone.driver.go(&room.doors.join);
    phone.until("document.querySelector('#code')");
    phone.driver.press(&phone.driver.find("#code"), &room.doors.code.to_lowercase());
    phone.until("document.querySelector('.mine bdi')?.innerText === 'שרה'");
    phone.click(".mine .go");
    phone.until("document.querySelector('.seat-head p')?.innerText.includes('שרה')");
}

#[test]
fn a_new_phone_comes_back_with_the_word_or_with_a_nod_and_all_when_the_server_does() {
    let mut room = Classroom::open("return");
    let at = room.at();
    let Some(first) = Browser::of(at, 360, 740) else { return };
    let teacher = Browser::of(at, 1366, 768).expect("another browser");
    let join = room.join();
    let enter = |phone: &Browser| {
        phone.driver.go(&join);
        phone.until("document.querySelector('#name')");
        phone.driver.press(&phone.driver.find("#name"), "Ann");
        phone.click("form > .go");
    };
    enter(&first);
    first.until("document.querySelector('.word')");
    let word = first.ask("return document.querySelector('.word').innerText");
    let title = first.ask("return document.querySelector('.seat-head h1').innerText");
    let second = Browser::of(at, 360, 740).expect("a new phone");
    enter(&second);
    second.until("document.querySelector('#word')");
    assert!(second.violations().is_empty(), "{:#?}", second.violations());
    second.driver.press(&second.driver.find("#word"), word.as_str().expect("a word"));
    second.click(".taken form button");
    second.until("document.querySelector('.seat-head h1')");
    assert_eq!(second.ask("return document.querySelector('.seat-head h1').innerText"), title);
    // The old phone has lost its seat, and asks the teacher for it.
    first.until("document.querySelector('#name')");
    enter(&first);
    first.until("document.querySelector('#word')");
    first.click(".taken > button");
    first.until("document.body.innerText.includes('The teacher has been asked')");
    teacher.driver.go(&room.doors.teacher);
    teacher.until("document.querySelector('.knocks button')");
    assert!(teacher.violations().is_empty(), "{:#?}", teacher.violations());
    teacher.click(".knocks button");
    first.until("document.querySelector('.seat-head h1')");
    assert_eq!(first.ask("return document.querySelector('.seat-head h1').innerText"), title);
    second.until("document.querySelector('#name')");

    // The server is ended and comes back: the pages that are open find their class again by themselves.
    room.again();
    teacher
        .until("document.querySelector('.down')?.hidden && document.querySelectorAll('.people tbody tr').length === 1");
    on(&teacher, "Cards");
    first.until("document.querySelector('.down')?.hidden && document.querySelector('.sender')");
    assert_eq!(first.ask("return document.querySelector('.seat-head h1').innerText"), title);
}
