//! What pages of a class are sent: lines as server-sent events, and the same as answers to pages that ask again and again,
//! because something between them and the server holds streams back.
//!
//! Every state of a class has a number, written `RUN.N.WHO`: which life of the class it is of, how many states came before it,
//! and who read it. A page that says which number it has whole is sent only what changed since.

use std::collections::{BTreeMap, VecDeque};
use std::convert::Infallible;
use std::fmt::{self, Display};
use std::net::IpAddr;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::response::sse::Event;
use futures_util::future::{Either, select};
use futures_util::{Stream, stream};
use serde_json::json;
use tokio::sync::{oneshot, watch};
use tokio::time::timeout;

use super::wire::Wire;
use crate::class::board::gone;
use crate::class::published::{Board, PublishedLine, Who};
use crate::class::{Class, Here};
use crate::pace::now;

/// Pages that one person can have open; with one more, the oldest is closed.
pub const MOST_PAGES: usize = 6;
/// Projectors of one class on other machines, at most.
const MOST_SCREENS: usize = 24;
/// Time between two signs of life on a stream.
pub const BEAT: Duration = Duration::from_secs(10);
/// Bytes that some programs between the server and a page wait for before they let any through.
const HELD_BACK: usize = 4_096;

/// Someone who reads a class, and what they have been sent already.
pub struct StreamReader {
    class: Class,
    who: Option<Who>,
    token: Option<String>,
    board: watch::Receiver<Arc<Board>>,
    /// The number that the page says it has whole; taken when something was sent.
    asked: Option<String>,
    /// The number of the board up to which everything was sent; 0 before anything was.
    sent: u64,
    /// Whether there is nothing more to read.
    over: bool,
    here: Option<Here>,
}

impl StreamReader {
    /// Someone who has everything up to the number `after`, if that is a number of this class and of theirs.
    pub fn new(class: Class, who: Option<Who>, token: Option<String>, after: Option<String>) -> Self {
        let board = class.board();
        let here = if let Some(Who::Person(person)) = who { Some(class.here(person)) } else { None };
        Self { class, who, token, board, asked: after, sent: 0, over: false, here }
    }

    /// All that is new for them.
    pub fn look(&mut self) -> Vec<PublishedLine> {
        let board = Arc::clone(&self.board.borrow_and_update());
        if let Some(token) = &self.token {
            // A request that was granted has become a person; a token that is no longer known was withdrawn.
            match (board.doors.get(token).copied(), self.who) {
                (Some(now), before) => {
                    if let Who::Person(person) = now
                        && self.here.is_none()
                    {
                        self.here = Some(self.class.here(person));
                    }
                    if before != Some(now) {
                        self.sent = 0;
                    }
                    self.who = Some(now);
                }
                (None, Some(Who::Person(person))) if board.people.contains_key(&person) => {
                    return self.end("your seat has moved to another device");
                }
                (None, Some(Who::Knock(_))) => return self.end("your teacher did not let you in"),
                (None, _) => return self.end("you are no longer in this class"),
            }
        }
        if let Some(after) = self.asked.take() {
            self.sent = Number::read(&after, &board, self.who).unwrap_or(0);
        }
        let mut new = Vec::new();
        let mut tell = |line: &PublishedLine| {
            if line.number() > self.sent {
                new.push(line.clone());
            }
        };
        match self.who {
            Some(Who::Knock(knock)) => board.knocks.get(&knock).into_iter().for_each(tell),
            reader => {
                if let Some(Who::Person(person)) = reader {
                    board.people.get(&person).into_iter().for_each(&mut tell);
                } else {
                    tell(&board.hello);
                    board.days.iter().for_each(&mut tell);
                    tell(&board.town);
                    if reader.is_some() {
                        tell(&board.monitor);
                        tell(&board.addresses);
                    }
                }
                tell(&board.past);
                tell(&board.class);
                board.what_ifs.iter().for_each(tell);
            }
        }
        self.sent = board.number;
        new
    }

    fn end(&mut self, why: &str) -> Vec<PublishedLine> {
        self.over = true;
        vec![gone(why)]
    }

    /// The number of what was looked at last.
    pub fn number(&self) -> Number {
        Number { run: Arc::clone(&self.board.borrow().run), at: self.sent, who: self.who }
    }

    /// What is new, as one answer: at once if something is, otherwise after `wait` at the latest.
    pub async fn answer(mut self, wait: Duration) -> String {
        let until = now() + wait;
        let mut lines = self.look();
        while lines.is_empty() {
            let left = until.saturating_duration_since(now());
            match timeout(left, self.board.changed()).await {
                Ok(Ok(())) => lines = self.look(),
                Ok(Err(_)) | Err(_) => break,
            }
        }
        let all: Vec<&str> = lines.iter().map(|line| &**line).collect();
        format!(r#"{{"schema":1,"number":"{}","over":{},"lines":[{}]}}"#, self.number(), self.over, all.join(","))
    }
}

/// The number of a state, as one reader has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Number {
    run: Arc<str>,
    at: u64,
    who: Option<Who>,
}

impl Number {
    /// The number of the newest state of a class.
    pub fn newest(class: &Class, who: Option<Who>) -> Self {
        let board = class.board();
        let board = board.borrow();
        Self { run: Arc::clone(&board.run), at: board.number, who }
    }

    /// The count in a number that a page hands back; `None` if it is not one of this board and reader.
    fn read(text: &str, board: &Board, who: Option<Who>) -> Option<u64> {
        let at = text.split('.').nth(1)?.parse().ok().filter(|&at| at <= board.number)?;
        let known = Self { run: Arc::clone(&board.run), at, who };
        (known.to_string() == text).then_some(at)
    }
}

impl Display for Number {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}.{}.", self.run, self.at)?;
        match self.who {
            None => write!(out, "s"),
            Some(Who::Teacher) => write!(out, "t"),
            Some(Who::Person(person)) => write!(out, "p{person}"),
            Some(Who::Knock(knock)) => write!(out, "k{knock}"),
        }
    }
}

/// Whose page it is: of a class, a person of it, or where nobody is known, as with projectors, an address.
type Whose = (String, Option<Who>, Option<IpAddr>);

/// The streams that are open.
#[derive(Default)]
pub struct Pages(Mutex<OpenPages>);

#[derive(Default)]
struct OpenPages {
    next: u64,
    /// By whose they are, oldest first; who drops the sender closes the page.
    open: BTreeMap<Whose, VecDeque<(u64, oneshot::Sender<()>)>>,
}

impl Pages {
    /// Whether nobody has a page of this class open.
    pub fn are_none_of(&self, code: &str) -> bool {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.open.keys().all(|(of, ..)| of != code)
    }
}

/// A page that is open; it is counted until it is closed.
pub struct StreamPage {
    pages: Arc<Pages>,
    whose: Whose,
    number: u64,
    /// Ends when a newer page takes the place of this one.
    replaced: oneshot::Receiver<()>,
}

impl StreamPage {
    /// Opens a page of someone who may have `most`: beyond that the newest takes the place of the oldest. `None` for one more
    /// projector than a class may have; those on this machine (`here`) are not counted.
    pub fn open(
        pages: &Arc<Pages>,
        code: &str,
        who: Option<Who>,
        from: IpAddr,
        here: bool,
        most: usize,
    ) -> Option<Self> {
        let whose = (code.to_owned(), who, who.is_none().then_some(from));
        let mut all = pages.0.lock().unwrap_or_else(PoisonError::into_inner);
        if who.is_none() && !here {
            let screens = all.open.iter().filter(|((of, who, _), _)| of == code && who.is_none());
            let others = screens.filter(|((.., of), _)| *of != whose.2).map(|(_, open)| open.len()).sum::<usize>();
            if others >= MOST_SCREENS {
                return None;
            }
        }
        all.next += 1;
        let number = all.next;
        let (replace, replaced) = oneshot::channel();
        let open = all.open.entry(whose.clone()).or_default();
        open.push_back((number, replace));
        while open.len() > most.max(1) {
            open.pop_front();
        }
        Some(Self { pages: Arc::clone(pages), whose, number, replaced })
    }
}

impl Drop for StreamPage {
    fn drop(&mut self) {
        let mut all = self.pages.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(open) = all.open.get_mut(&self.whose) {
            open.retain(|(number, _)| *number != self.number);
            if open.is_empty() {
                all.open.remove(&self.whose);
            }
        }
    }
}

/// A stream: its reader, and the events that wait to be sent.
struct Sending {
    reader: StreamReader,
    page: StreamPage,
    wire: Option<Wire>,
    waiting: VecDeque<Event>,
    /// Whether anything was sent yet.
    begun: bool,
    /// Whether the last event is waiting.
    over: bool,
}

impl Drop for Sending {
    fn drop(&mut self) {
        if self.wire.as_ref().is_some_and(Wire::is_lost)
            && let Some(here) = &mut self.reader.here
        {
            here.lost();
        }
    }
}

impl Sending {
    /// Queues what is new. The last event of it says its number: a page that hears it has everything up to there.
    fn look(&mut self) -> bool {
        let lines = self.reader.look();
        let number = self.reader.number().to_string();
        let last = lines.len().saturating_sub(1);
        self.waiting.extend(lines.iter().enumerate().map(|(nth, line)| {
            let event = Event::default().data(&**line);
            if nth == last { event.id(&number) } else { event }
        }));
        self.over |= self.reader.over;
        !lines.is_empty()
    }

    fn beat(&mut self) {
        let number = self.reader.number().to_string();
        let told = json!({"number": &number}).to_string();
        self.waiting.push_back(Event::default().event("beat").id(number).data(told));
    }

    /// Waits until there is something to be sent; `false` if there will be nothing any more.
    async fn more(&mut self) -> bool {
        if !self.begun {
            self.begun = true;
            self.waiting.push_back(Event::default().comment(".".repeat(HELD_BACK)));
            self.look();
            self.beat();
            return true;
        }
        let next = now() + BEAT;
        loop {
            let left = next.saturating_duration_since(now());
            // What has happened: nothing for a while, a change, a newer page, or the end of the class.
            let happened = {
                let changed = pin!(self.reader.board.changed());
                match timeout(left, select(changed, &mut self.page.replaced)).await {
                    Err(_) => Happened::Nothing,
                    Ok(Either::Left((Ok(()), _))) => Happened::Change,
                    Ok(Either::Left((Err(_), _))) => Happened::End,
                    Ok(Either::Right(_)) => Happened::Replaced,
                }
            };
            match happened {
                Happened::Nothing => self.beat(),
                Happened::Change => {
                    if !self.look() {
                        continue;
                    }
                }
                Happened::Replaced => {
                    let told = json!({"pages": MOST_PAGES}).to_string();
                    self.waiting.push_back(Event::default().event("replaced").data(told));
                    self.over = true;
                }
                Happened::End => return false,
            }
            return true;
        }
    }
}

/// What a stream waits for.
enum Happened {
    Nothing,
    Change,
    Replaced,
    End,
}

/// What a reader is sent, event by event: always the newest of each kind, however slowly they read.
pub fn events(
    reader: StreamReader,
    page: StreamPage,
    wire: Option<Wire>,
) -> impl Stream<Item = Result<Event, Infallible>> {
    let sending = Sending { reader, page, wire, waiting: VecDeque::new(), begun: false, over: false };
    stream::unfold(sending, |mut sending| async move {
        while sending.waiting.is_empty() {
            if sending.over || !sending.more().await {
                return None;
            }
        }
        sending.waiting.pop_front().map(|event| (Ok(event), sending))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_taken_back_from_whom_it_was_given_to_alone() {
        let board = Board { run: "ab12".into(), number: 7, ..Board::default() };
        let given = |at, who| Number { run: "ab12".into(), at, who }.to_string();
        let [ann, ben] = [1, 2].map(|person| Some(Who::Person(person)));
        assert_eq!(Number::read(&given(7, ann), &board, ann), Some(7));
        assert_eq!(Number::read(&given(0, None), &board, None), Some(0));
        for (text, who) in [
            (given(7, ann), ben),
            (given(7, None), ann),
            (given(8, ann), ann),
            ("ab13.7.p1".into(), ann),
            ("ab12.07.p1".into(), ann),
            ("ab12".into(), ann),
            (String::new(), ann),
        ] {
            assert_eq!(Number::read(&text, &board, who), None, "{text}");
        }
    }

    #[test]
    fn the_newest_page_takes_the_place_of_the_oldest_of_the_same_seat() {
        let pages = Arc::new(Pages::default());
        let at: IpAddr = [192, 168, 1, 9].into();
        let open = |who| StreamPage::open(&pages, "BCDFGH", who, at, false, MOST_PAGES).expect("a page");
        let mut ann: Vec<StreamPage> = (0..MOST_PAGES).map(|_| open(Some(Who::Person(1)))).collect();
        let mut ben = open(Some(Who::Person(2)));
        let replaced = |page: &mut StreamPage| page.replaced.try_recv() == Err(oneshot::error::TryRecvError::Closed);
        assert!(!ann.iter_mut().any(replaced));
        ann.push(open(Some(Who::Person(1))));
        let ended: Vec<bool> = ann.iter_mut().map(replaced).collect();
        assert_eq!(ended, [true, false, false, false, false, false, false]);
        assert!(!replaced(&mut ben), "another seat keeps its page");
        // A page that was closed makes room.
        ann.truncate(MOST_PAGES);
        ann.push(open(Some(Who::Person(1))));
        let ended: Vec<bool> = ann[1..].iter_mut().map(replaced).collect();
        assert_eq!(ended, [false; MOST_PAGES]);
        drop((ann, ben));
        assert!(pages.0.lock().unwrap().open.is_empty(), "closed pages are not remembered");
    }

    /// Someone who opens page after page closes their own, not the projector's.
    #[test]
    fn projectors_are_counted_by_address_and_this_machine_has_always_one() {
        let pages = Arc::new(Pages::default());
        let open = |last: u8, here| StreamPage::open(&pages, "BCDFGH", None, [10, 0, 0, last].into(), here, MOST_PAGES);
        let kept: Vec<StreamPage> = (0..30).filter_map(|_| open(7, false)).collect();
        assert_eq!(kept.len(), 30, "each takes the place of an older one");
        let others: Vec<StreamPage> = (10..40).filter_map(|last| open(last, false)).collect();
        assert_eq!(others.len(), MOST_SCREENS - MOST_PAGES);
        assert!(open(200, false).is_none() && open(1, true).is_some());
    }
}
