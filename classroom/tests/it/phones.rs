//! Phones on a school's network, with old browsers and wide names, and a teacher who has thirty of them: what a lesson must not
//! stumble over.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::browser::Browser;
use crate::proxy::{Proxy, Way};
use crate::school::Caller;
use crate::webdriver::TAB;
use crate::whole_lesson::{Classroom, STAGE, on};

/// Types a name on the page for joining, and waits for the seat.
fn join(phone: &Browser, address: &str, name: &str) {
    phone.driver.go(address);
    phone.until("document.querySelector('#name')");
    phone.driver.press(&phone.driver.find("#name"), name);
    phone.click("form > .go");
    phone.until("document.querySelector('.seat-head h1') && document.querySelector('.briefing')");
}

/// Somebody who joins without a browser.
fn caller(room: &Classroom) -> Caller {
    Caller { at: room.at(), code: room.doors.code.clone(), token: String::new() }
}

/// The address for joining, through a proxy.
fn through(room: &Classroom, proxy: &Proxy) -> String {
    room.join().replace(&room.at().to_string(), &proxy.at.to_string())
}

/// The words beside the button that sends.
fn status(phone: &Browser) -> String {
    phone.ask("return document.querySelector('.sender p').innerText").as_str().unwrap_or_default().to_owned()
}

/// A class with its teacher's page, and Ann's phone, which comes in through a proxy; `None` where there is no browser.
fn ann_behind_a_proxy(folder: &str) -> Option<(Classroom, Browser, Proxy, Browser)> {
    let room = Classroom::open(folder);
    let teacher = Browser::of(room.at(), 1366, 768)?;
    teacher.driver.go(&room.doors.teacher);
    let proxy = Proxy::before(room.at(), Way::Through);
    let phone = Browser::of(proxy.at, 360, 640).expect("a phone");
    join(&phone, &through(&room, &proxy), "Ann");
    teacher.until("document.querySelectorAll('.people tbody tr').length === 1");
    Some((room, teacher, proxy, phone))
}

/// A network that loses everything without a word, a server that is away, a round that is over before a choice arrives.
#[test]
#[ignore = "long: `cargo test --release --workspace --tests -- --ignored` runs it"]
fn a_phone_notices_silence_says_so_and_comes_back_with_what_was_chosen() {
    let Some((room, teacher, proxy, phone)) = ann_behind_a_proxy("silence") else { return };
    assert_eq!(proxy.asked("/state?"), 0, "a stream that flows is enough");

    proxy.turn(Way::Nowhere);
    let lost = Instant::now();
    on(&teacher, "Cards");
    while phone.ask("return document.querySelector('.down').hidden") == true {
        assert!(lost.elapsed() < Duration::from_secs(40), "nothing is said for 40 s");
        std::thread::sleep(Duration::from_millis(100));
    }
    let said = phone.ask("return document.querySelector('.down').innerText");
    assert!(
        said.as_str().is_some_and(|said| said.starts_with("No connection for 3") && said.contains("Trying again")),
        "{said}"
    );
    eprintln!("silence is told after {:?}: {said}", lost.elapsed());
    proxy.turn(Way::Through);
    let back = Instant::now();
    phone.until("document.querySelector('.down').hidden && document.querySelectorAll('.option').length > 1");
    eprintln!("and the page is back after {:?}", back.elapsed());

    // The server is away: the choice stays on the phone, also over a reload, and goes out by itself.
    proxy.turn(Way::Refused);
    phone.until("!document.querySelector('.down').hidden");
    phone.click(".option:last-child");
    phone.click(".sender .go");
    phone.until("document.querySelector('.sender p').innerText.startsWith('Not sent yet')");
    proxy.turn(Way::Through);
    phone.until("document.querySelector('.sender p').innerText.startsWith('Sent')");
    on(&teacher, "Decide");
    phone.until("document.querySelectorAll('fieldset.ask').length > 1");
    proxy.turn(Way::Refused);
    phone.click("fieldset.ask .option:nth-child(2)");
    let chosen = phone.ask("return document.querySelector('fieldset.ask :checked').closest('.option').innerText");
    phone.click(".sender .go");
    phone.until("document.querySelector('.sender p').innerText.startsWith('Not sent yet')");
    proxy.turn(Way::Through);
    phone.driver.go("about:blank");
    phone.driver.go(&through(&room, &proxy));
    phone.until("document.querySelector('.sender p')?.innerText.startsWith('Sent')");
    assert_eq!(
        phone.ask("return document.querySelector('fieldset.ask :checked').closest('.option').innerText"),
        chosen
    );
    // It has no vote among it: that is said.
    phone.until("document.querySelector('.sender p').innerText.includes('but without a vote')");
    teacher.until("document.querySelector('.people .done')?.innerText.startsWith('decided')");

    // The round is over before it arrives: the phone says that, and forgets it.
    proxy.turn(Way::Refused);
    phone.until("!document.querySelector('.down').hidden");
    phone.click("fieldset.ask .option:nth-child(3)");
    assert!(status(&phone).starts_with("Changed"), "{}", status(&phone));
    phone.click(".sender .go");
    phone.until("document.querySelector('.sender p').innerText.startsWith('Not sent yet')");
    teacher.ask("const speed = document.querySelector('.others select'); speed.value = '100'; speed.dispatchEvent(new Event('change'))");
    on(&teacher, "Results");
    proxy.turn(Way::Through);
    phone.until("!document.querySelector('.late').hidden && document.querySelectorAll('.figure').length > 3");
    let late = phone.ask("return document.querySelector('.late').innerText");
    assert!(late.as_str().is_some_and(|late| late.starts_with("Too late: round 1")), "{late}");
    assert_eq!(phone.ask("return Object.keys(localStorage).some((key) => key.startsWith('unsent'))"), false);
}

/// What was sent arrived, every answer was lost, and the round is over when the network is back: it counts, and the phone says
/// nothing else.
#[test]
fn a_choice_that_arrived_is_not_called_too_late() {
    let Some((_room, teacher, proxy, phone)) = ann_behind_a_proxy("unanswered") else { return };
    on(&teacher, "Cards");
    phone.until("document.querySelectorAll('.option').length > 1");
    on(&teacher, "Decide");
    phone.until("document.querySelectorAll('fieldset.ask').length > 1");
    proxy.turn(Way::Unanswered);
    phone.until("!document.querySelector('.down').hidden");
    // A choice, and a vote, which is asked for last.
    phone.click("fieldset.ask .option:nth-child(2)");
    phone.ask("[...document.querySelectorAll('fieldset.ask')].pop().querySelector('input').click()");
    phone.click(".sender .go");
    phone.until("document.querySelector('.sender p').innerText.startsWith('Not sent yet')");
    teacher.until("document.querySelector('.people .done')?.innerText.startsWith('decided')");
    teacher.ask("const speed = document.querySelector('.others select'); speed.value = '100'; speed.dispatchEvent(new Event('change'))");
    on(&teacher, "Results");
    proxy.turn(Way::Through);
    phone.until("document.querySelectorAll('.figure').length > 3");
    phone.until("!Object.keys(localStorage).some((key) => key.startsWith('unsent'))");
    std::thread::sleep(Duration::from_millis(600));
    assert_eq!(
        phone.ask("return document.querySelector('.late').hidden"),
        true,
        "{}",
        phone.ask("return document.querySelector('.late').innerText")
    );
    // The next round finds nothing left of it either.
    on(&teacher, "Decide");
    phone.until("document.querySelectorAll('fieldset.ask').length > 1");
    assert_eq!(phone.ask("return document.querySelector('.late').hidden"), true);
}

/// Proxies and virus scanners that hold streams back: the page asks instead, and the class goes on.
#[test]
#[ignore = "long: `cargo test --release --workspace --tests -- --ignored` runs it"]
fn a_phone_behind_something_that_holds_streams_back_asks_instead() {
    let room = Classroom::open("held");
    let Some(teacher) = Browser::of(room.at(), 1366, 768) else { return };
    teacher.driver.go(&room.doors.teacher);
    let ways = [Way::UntilTheNext, Way::UntilBytes(4096), Way::UntilTheEnd];
    let phones: Vec<(Way, Proxy, Browser)> = ways
        .into_iter()
        .map(|way| {
            let proxy = Proxy::before(room.at(), way.clone());
            let phone = Browser::of(proxy.at, 360, 640).expect("a phone");
            (way, proxy, phone)
        })
        .collect();
    for (nth, (way, proxy, phone)) in phones.iter().enumerate() {
        let begun = Instant::now();
        join(phone, &through(&room, proxy), &format!("Pupil {nth}"));
        eprintln!("{way:?}: a seat after {:?}", begun.elapsed());
    }
    let all = |script: &str| {
        for (way, _, phone) in &phones {
            let begun = Instant::now();
            phone.until(script);
            eprintln!("{way:?}: {:?} until {script}", begun.elapsed());
            assert!(begun.elapsed() < Duration::from_secs(15), "{way:?}: {:?} until {script}", begun.elapsed());
        }
    };
    on(&teacher, "Cards");
    all("document.querySelectorAll('.option').length > 1");
    on(&teacher, "Decide");
    all("document.querySelectorAll('fieldset.ask').length > 1");
    for (.., phone) in &phones {
        phone.click("fieldset.ask .option:nth-child(2)");
        phone.click(".sender .go");
    }
    all("document.querySelector('.sender p').innerText.startsWith('Sent')");
    teacher.until("[...document.querySelectorAll('.people .done')].filter((each) => each.innerText.startsWith('decided')).length === 3");
    teacher.ask("const speed = document.querySelector('.others select'); speed.value = '100'; speed.dispatchEvent(new Event('change'))");
    on(&teacher, "Results");
    all("document.querySelectorAll('.figure').length > 3 && document.querySelector('.down').hidden");
    for (way, proxy, _) in &phones {
        assert!(proxy.asked("/state?") > 0, "{way:?}: it never asked");
        // Questions that wait at the server, not one after the other.
        assert!(proxy.asked("/state?") < 60, "{way:?}: {} questions", proxy.asked("/state?"));
    }
}

/// A browser has six connections to a server: tabs that nobody looks at hold none of them.
#[test]
fn the_teachers_button_works_beside_many_tabs() {
    let room = Classroom::open("tabs");
    let Some(browser) = Browser::of(room.at(), 1366, 768) else { return };
    browser.driver.go(&room.doors.teacher);
    browser.until(&format!("{STAGE} === 'Lobby'"));
    let mut teacher = String::new();
    let mut tabs = Vec::new();
    for nth in 0..7 {
        let left = browser.driver.tab();
        if nth == 0 {
            teacher = left;
        } else {
            tabs.push(left);
        }
        browser.driver.go(&room.doors.screen);
        browser.until("document.querySelector('.code.big')");
    }
    browser.driver.to_tab(&teacher);
    browser.until("document.visibilityState === 'visible'");
    let begun = Instant::now();
    on(&browser, "Cards");
    assert!(begun.elapsed() < Duration::from_secs(3), "the button took {:?}", begun.elapsed());
    on(&browser, "Decide");
    // A tab that is shown again has what it missed.
    browser.driver.to_tab(&tabs[2]);
    browser.until("document.querySelector('h1')?.innerText.includes('decide')");
}

/// Seven pages of one seat: the oldest makes room, says so, and does not take its place back by itself.
#[test]
fn a_page_whose_seat_is_open_elsewhere_says_so_and_goes_on_when_it_is_asked_to() {
    let room = Classroom::open("seven");
    let Some(phone) = Browser::of(room.at(), 360, 640) else { return };
    join(&phone, &room.join(), "Ann");
    let token = phone.ask(&format!("return localStorage.getItem('seat {}')", room.doors.code));
    let other = Caller { token: token.as_str().expect("a token").into(), ..caller(&room) };
    let _pages: Vec<_> = (0..6).map(|_| other.listen()).collect();
    phone.until("document.querySelector('.down').innerText.startsWith('This seat is open on other pages.')");
    std::thread::sleep(Duration::from_secs(3));
    assert_eq!(phone.ask("return document.querySelector('.down').hidden"), false, "it takes no place by itself");
    phone.click(".down button");
    phone.until("document.querySelector('.down').hidden");
}

/// What Safari 12 lacks is taken away before the page begins.
const LACKS: &str = "for (const [kind, names] of [[Element.prototype, ['replaceChildren']], [Array.prototype, ['at', 'findLast', 'findLastIndex', 'flat', 'flatMap', 'toSorted']], \
    [String.prototype, ['at', 'replaceAll', 'matchAll']], [Object, ['fromEntries', 'groupBy']], [Promise, ['allSettled', 'any']], \
    [MediaQueryList.prototype, ['addEventListener']], [HTMLDialogElement.prototype, ['showModal', 'close']]]) for (const name of names) delete kind[name]; \
    for (const name of ['structuredClone', 'queueMicrotask', 'ResizeObserver', 'HTMLDialogElement', 'PointerEvent', 'AbortController', 'requestIdleCallback']) delete window[name]; \
    Object.defineProperty(MediaQueryList.prototype, 'addListener', { value() {}, configurable: true }); \
    Object.defineProperty(MediaQueryList.prototype, 'addEventListener', { value: undefined, configurable: true, writable: true });";

#[test]
fn a_phone_without_newer_functions_plays_and_so_does_its_teacher() {
    let room = Classroom::open("lacks");
    let Some(teacher) = Browser::of(room.at(), 1366, 768) else { return };
    let [wall, phone] =
        [(1280, 720), (360, 640)].map(|(width, height)| Browser::of(room.at(), width, height).expect("a browser"));
    for browser in [&teacher, &wall, &phone] {
        browser.driver.before_pages(LACKS);
    }
    teacher.driver.go(&room.doors.teacher);
    assert_eq!(teacher.ask("return 'HTMLDialogElement' in window || 'matchAll' in String.prototype"), false);
    wall.driver.go(&room.doors.screen);
    join(&phone, &room.join(), "Ann");
    on(&teacher, "Cards");
    phone.until("document.querySelectorAll('.option').length > 1");
    on(&teacher, "Decide");
    phone.until("document.querySelectorAll('fieldset.ask').length > 1");
    phone.click(".sender .go");
    phone.until("document.querySelector('.sender p').innerText.startsWith('Sent')");
    teacher.ask("const speed = document.querySelector('.others select'); speed.value = '100'; speed.dispatchEvent(new Event('change'))");
    on(&teacher, "Results");
    phone.until("document.querySelectorAll('.figure').length > 3");
    wall.until("document.querySelectorAll('.figure').length > 1");
    for browser in [&teacher, &wall, &phone] {
        assert_eq!(browser.ask("return [...document.querySelectorAll('.needs')].every((each) => each.hidden)"), true);
    }
}

/// Scripts that a browser cannot read, and scripts that do not arrive.
#[test]
fn a_page_that_cannot_run_says_what_is_needed() {
    let room = Classroom::open("cannot");
    let proxy = Proxy::before(room.at(), Way::Instead("/class/student.js", "export const openSeat = 1 ?.. 2 ??;"));
    let Some(phone) = Browser::of(proxy.at, 360, 640) else { return };
    phone.driver.go(&through(&room, &proxy));
    phone.until("!document.querySelector('#needs').hidden");
    let said = phone.ask("return document.querySelector('#needs').innerText");
    assert!(said.as_str().is_some_and(|said| said.contains("Safari 12") && said.contains("SyntaxError")), "{said}");
    // Lost on the way: it says so, tries again, and then the page is there.
    proxy.turn(Way::Instead("/class/student.js", ""));
    phone.driver.go("about:blank");
    phone.driver.go(&through(&room, &proxy));
    phone.until("!document.querySelector('#retry').hidden");
    proxy.turn(Way::Through);
    phone.until("document.querySelector('#name')");
    // What goes wrong later is told as well.
    phone.ask("setTimeout(() => { throw new Error('no good'); })");
    phone.until("!document.querySelector('#broken').hidden");
    let said = phone.ask("return document.querySelector('#broken').innerText");
    assert!(said.as_str().is_some_and(|said| said.contains("Load the page again")), "{said}");
}

/// Wide names, names from right to left, thirty of them: nothing is wider than its screen, and no name turns what is beside it.
#[test]
fn names_of_all_kinds_fit_on_all_pages() {
    let room = Classroom::open("names");
    let Some(teacher) = Browser::of(room.at(), 768, 900) else { return };
    let wall = Browser::of(room.at(), 1280, 720).expect("a wall");
    let phone = Browser::of(room.at(), 360, 640).expect("a phone");
    teacher.driver.go(&room.doors.teacher);
    wall.driver.go(&room.doors.screen);
    join(&phone, &room.join(), "WWWWWWWWWWWWWWWWWWWWWWWW");
    let pupil = caller(&room);
    for name in
        ["محمد عبد الله", "שרה (2)", "王小明王小明王小明王小", "Nguyễn Thị Ánh Nguyệt", "iiiiiiiiiiiiiiiiiiiiiiii"]
    {
        pupil.student(name);
    }
    for nth in 0..24 {
        pupil.student(&format!("MMMMMMMMMMMMMMMMMMMM {nth}"));
    }
    let fits = "document.documentElement.scrollWidth <= innerWidth";
    teacher.until("document.querySelectorAll('.people tbody tr').length === 30");
    wall.until("document.querySelectorAll('.names li').length > 10");
    let look = |stage: &str| {
        for (browser, page) in [(&teacher, "teacher"), (&wall, "wall"), (&phone, "phone")] {
            assert_eq!(
                browser.ask(&format!("return {fits}")),
                true,
                "{page}, {stage}: {}",
                browser.ask("return [document.documentElement.scrollWidth, innerWidth]")
            );
        }
    };
    look("lobby");
    // Names are isolated wherever they stand beside other words.
    let isolated =
        "[...document.querySelectorAll('.name-of')].every((each) => getComputedStyle(each).unicodeBidi === 'isolate')";
    for browser in [&teacher, &wall, &phone] {
        assert_eq!(
            browser.ask(&format!("return document.querySelectorAll('.name-of').length > 0 && {isolated}")),
            true
        );
    }
    let bare = "const names = ['محمد', 'שרה']; const walk = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT); const found = []; \
        while (walk.nextNode()) { const node = walk.currentNode; if (names.some((name) => node.data.includes(name)) && !node.parentElement.closest('bdi, [dir=auto]')) found.push(node.data); } return found";
    for browser in [&teacher, &wall] {
        assert_eq!(browser.ask(bare), json!([]));
    }
    on(&teacher, "Cards");
    on(&teacher, "Decide");
    phone.until("document.querySelector('.sender')");
    wall.until("document.querySelector('.marks')");
    look("deciding");
    for browser in [&teacher, &wall] {
        assert_eq!(browser.ask(bare), json!([]));
    }
}

/// The list of people: whoever the class waits for stands first, and a keyboard in the middle of it is left in peace.
#[test]
fn the_list_is_sorted_by_who_is_missing_and_the_focus_stays() {
    let room = Classroom::open("list");
    let Some(teacher) = Browser::of(room.at(), 1280, 900) else { return };
    teacher.driver.go(&room.doors.teacher);
    let pupil = caller(&room);
    let pupils: Vec<Caller> = ["Ann", "Ben", "Cem", "Dee", "Eva"].map(|name| pupil.student(name)).into();
    teacher.until("document.querySelectorAll('.people tbody tr').length === 5");
    on(&teacher, "Cards");
    on(&teacher, "Decide");
    let order = "return [...document.querySelectorAll('.people tbody tr th input')].map((input) => input.value)";
    let is = |wanted: &[&str]| {
        let wanted = serde_json::to_string(wanted).expect("JSON");
        teacher.until(&format!("JSON.stringify((() => {{ {order} }})()) === '{wanted}'"));
    };
    is(&["Ann", "Ben", "Cem", "Dee", "Eva"]);
    teacher.until(
        "document.querySelector('.panel [role=status]').innerText.includes('Still deciding: Ann, Ben, Cem, Dee, Eva.')",
    );
    let decide = |who: &Caller| who.ok(&json!({"do": "decide", "round": 1, "answers": {}}));
    decide(&pupils[0]);
    is(&["Ben", "Cem", "Dee", "Eva", "Ann"]);
    // A keyboard stands on a button of the row that moves, and in the midst of a name.
    let held = "document.activeElement.getAttribute('aria-label')";
    teacher.ask("[...document.querySelectorAll('.people button')].find((each) => each.getAttribute('aria-label') === 'Remove Ben').focus()");
    decide(&pupils[1]);
    is(&["Cem", "Dee", "Eva", "Ann", "Ben"]);
    assert_eq!(teacher.ask(&format!("return {held}")), "Remove Ben");
    teacher.ask("[...document.querySelectorAll('.people input')].find((each) => each.value === 'Dee').focus()");
    teacher.driver.press(&teacher.driver.focused(), "tta");
    decide(&pupils[3]);
    teacher.until("document.querySelector('.panel [role=status]').innerText.includes('Still deciding: Cem, Eva.')");
    assert_eq!(teacher.ask("return document.activeElement.value"), "Deetta");
    // A name that is changed is seen at once, on the phone too; one that is taken is not.
    let phone = Browser::of(room.at(), 360, 640).expect("a phone");
    phone.driver.go(&room.join());
    phone.until("document.querySelector('#name')");
    phone.ask(&format!("localStorage.setItem('seat {}', '{}')", room.doors.code, pupils[3].token));
    phone.driver.go("about:blank");
    phone.driver.go(&room.join());
    phone.until("document.querySelector('.seat-head .name-of')?.innerText === 'Dee'");
    let begun = Instant::now();
    teacher.driver.press(&teacher.driver.focused(), TAB);
    phone.until("document.querySelector('.seat-head .name-of').innerText === 'Deetta' && document.querySelector('.seat-foot .name-of').innerText === 'Deetta'");
    assert!(begun.elapsed() < Duration::from_secs(2), "the new name took {:?}", begun.elapsed());
    is(&["Cem", "Eva", "Ann", "Ben", "Deetta"]);
    teacher.ask("[...document.querySelectorAll('.people input')].find((each) => each.value === 'Eva').focus()");
    teacher.driver.clear(&teacher.driver.focused());
    teacher.driver.press(&teacher.driver.focused(), "ann");
    teacher.driver.press(&teacher.driver.focused(), TAB);
    teacher.until("!document.querySelector('#notice').hidden");
    is(&["Cem", "Eva", "Ann", "Ben", "Deetta"]);
    // A button whose list is built anew keeps the focus: it takes the seat from the bot again.
    teacher.ask("document.querySelector('.seats button').focus()");
    teacher.driver.press(&teacher.driver.focused(), " ");
    teacher.until("document.querySelector('.seats button').innerText.startsWith('Give back')");
    assert_eq!(teacher.ask("return document.activeElement === document.querySelector('.seats button')"), true);
    // No more seats: that holds for whoever comes next.
    teacher.click(".flags input");
    let late = pupil.student("Late").line("you");
    assert_eq!(late["post"], "newsroom");
    assert_eq!(teacher.ask("return document.querySelector('.flags input').checked"), true);
    // The round is over, and open again: all pages follow.
    teacher.ask("const speed = document.querySelector('.others select'); speed.value = '100'; speed.dispatchEvent(new Event('change'))");
    on(&teacher, "Results");
    phone.until("document.querySelectorAll('.figure').length > 3");
    let begun = Instant::now();
    let undo = "[...document.querySelectorAll('.others button')].find((each) => /Undo|Sure/.test(each.innerText))";
    teacher.ask(&format!("{undo}.click(); {undo}.click()"));
    teacher.until(&format!("{STAGE} === 'Decide'"));
    phone.until("document.querySelector('.sender')");
    assert!(begun.elapsed() < Duration::from_secs(3), "undoing took {:?}", begun.elapsed());
}

/// The page for joining shows what the lesson is about, and gives the seat back to the phone that holds it.
#[test]
fn whoever_types_the_code_again_on_the_same_phone_has_the_seat_again() {
    let room = Classroom::open("again");
    let Some(phone) = Browser::of(room.at(), 360, 640) else { return };
    let short = format!("http://{}/", room.at());
    phone.driver.go(&short);
    phone.until("document.querySelector('#code')");
    let code = room.doors.code.to_lowercase();
    phone.driver.press(&phone.driver.find("#code"), &code);
    phone.until("document.querySelector('.lead').innerText.length > 20");
    let question: Value = serde_json::from_str(&caller(&room).get(&format!("/api/classes/{code}")).1).expect("JSON");
    assert_eq!(phone.ask("return document.querySelector('.lead').innerText"), question["lesson"]["question"]);
    phone.driver.press(&phone.driver.find("#name"), "Ann");
    phone.click("form > .go");
    phone.until("document.querySelector('.seat-head h1')");
    let title = phone.ask("return document.querySelector('.seat-head h1').innerText");
    // By the button that names it, and by typing the same name.
    for way in ["button", "name"] {
        phone.driver.go("about:blank");
        phone.driver.go(&short);
        phone.until("document.querySelector('#code')");
        phone.driver.press(&phone.driver.find("#code"), &code);
        phone.until("document.querySelector('.mine .go')?.innerText === 'Back to my seat as Ann'");
        if way == "button" {
            phone.click(".mine .go");
        } else {
            phone.driver.press(&phone.driver.find("#name"), "Ann");
            phone.click("form > .go");
        }
        phone.until("document.querySelector('.seat-head h1')");
        assert_eq!(phone.ask("return document.querySelector('.seat-head h1').innerText"), title);
    }
    let people = caller(&room).line("class")["people"].clone();
    assert_eq!(people, 1);
}
