//! The files of the pages. This table lists everything that can be fetched; no other path leads to a file.

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

macro_rules! assets {
    ($($path:literal $file:literal $kind:ident;)*) => {
        &[$(Asset { path: $path, kind: $kind, bytes: include_bytes!(concat!("../ui/", $file)) }),*]
    };
}

/// Every file of the pages.
pub const ASSETS: &[Asset] = assets! {
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
    "/vendor/Inter-Regular.otf" "vendor/Inter-Regular.otf" FONT;
    "/vendor/Inter-SemiBold.otf" "vendor/Inter-SemiBold.otf" FONT;
    "/theme.js" "theme.js" SCRIPT;
    "/join" "class/join.html" HTML;
    "/teacher" "class/teacher.html" HTML;
    "/screen" "class/screen.html" HTML;
    "/class/class.css" "class/class.css" CSS;
    "/class/ask.js" "class/ask.js" SCRIPT;
    "/class/join.js" "class/join.js" SCRIPT;
    "/class/line.js" "class/line.js" SCRIPT;
    "/class/parts.js" "class/parts.js" SCRIPT;
    "/class/screen.js" "class/screen.js" SCRIPT;
    "/class/student.js" "class/student.js" SCRIPT;
    "/class/teacher.js" "class/teacher.js" SCRIPT;
    "/vendor/uPlot.iife.min.js" "vendor/uPlot.iife.min.js" SCRIPT;
    "/vendor/uPlot.min.css" "vendor/uPlot.min.css" CSS;
};
