//! The files of the pages. This table lists everything that can be fetched; no other path leads to a file.

use contraband_pages as pages;

/// A file of the pages.
pub struct Asset {
    /// Path on the server.
    pub path: &'static str,
    /// Content type.
    pub kind: &'static str,
    /// Content of the file.
    pub bytes: &'static [u8],
}

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const PICTURE: &str = "image/svg+xml";
const FONT: &str = "font/otf";

/// Files of this crate by their names in `ui/`, and then what all pages share.
macro_rules! assets {
    (own { $($path:literal $file:literal $kind:ident;)* } shared { $($at:literal $bytes:expr, $of:ident;)* }) => {
        &[
            $(Asset { path: $path, kind: $kind, bytes: include_bytes!(concat!("../ui/", $file)) },)*
            $(Asset { path: $at, kind: $of, bytes: $bytes },)*
        ]
    };
}

/// Every file of the pages.
pub const ASSETS: &[Asset] = assets! {
    own {
        "/" "index.html" HTML;
        "/style.css" "style.css" CSS;
        "/icon.svg" "icon.svg" PICTURE;
        "/charts.js" "charts.js" SCRIPT;
        "/gallery.js" "gallery.js" SCRIPT;
        "/levers.js" "levers.js" SCRIPT;
        "/line.js" "line.js" SCRIPT;
        "/link.js" "link.js" SCRIPT;
        "/main.js" "main.js" SCRIPT;
        "/page.js" "page.js" SCRIPT;
        "/recording.js" "recording.js" SCRIPT;
        "/story.js" "story.js" SCRIPT;
        "/time.js" "time.js" SCRIPT;
        "/town.js" "town.js" SCRIPT;
        "/words.js" "words.js" SCRIPT;
        "/print/print.css" "print/print.css" CSS;
        "/print/a4.css" "print/a4.css" CSS;
        "/print/letter.css" "print/letter.css" CSS;
        "/join" "class/join.html" HTML;
        "/teacher" "class/teacher.html" HTML;
        "/screen" "class/screen.html" HTML;
        "/class/class.css" "class/class.css" CSS;
        "/class/addresses.js" "class/addresses.js" SCRIPT;
        "/class/ask.js" "class/ask.js" SCRIPT;
        "/class/join.js" "class/join.js" SCRIPT;
        "/class/kept.js" "class/kept.js" SCRIPT;
        "/class/line.js" "class/line.js" SCRIPT;
        "/class/old.js" "class/old.js" SCRIPT;
        "/class/parts.js" "class/parts.js" SCRIPT;
        "/class/screen.js" "class/screen.js" SCRIPT;
        "/class/student.js" "class/student.js" SCRIPT;
        "/class/teacher.js" "class/teacher.js" SCRIPT;
    }
    shared {
        "/basics.js" pages::BASICS.as_bytes(), SCRIPT;
        "/linechart.js" pages::LINECHART.as_bytes(), SCRIPT;
        "/theme.js" pages::THEME.as_bytes(), SCRIPT;
        "/vendor/uPlot.iife.min.js" pages::UPLOT.as_bytes(), SCRIPT;
        "/vendor/uPlot.min.css" pages::UPLOT_STYLE.as_bytes(), CSS;
        "/vendor/Inter-Regular.otf" pages::INTER_REGULAR, FONT;
        "/vendor/Inter-SemiBold.otf" pages::INTER_SEMIBOLD, FONT;
    }
};
