// The whole state of the page in the fragment of its address: scenario, seed, changes, day and view. No server keeps it.
//
//   #s=crackdown&seed=1&days=200&day=120&a=31:law.fine=500&b=...&charts=days.illicit_trades,goods.price_median&colour=anxiety
//   #s=mine.ron&own=TEXT&...   a file of the user's own: its text, deflated and in base 64
//
// A change is DAY[-UNTIL][~RAMP][@PLACE+PLACE]:PATH=VALUE; semicolons separate changes.

function writeChange({ day, until, ramp, places, path, value }) {
  return `${day}${until ? `-${until}` : ""}${ramp ? `~${ramp}` : ""}${places?.length ? `@${places.join("+")}` : ""}:${path}=${value}`;
}

function readChange(text) {
  const found = /^(\d+)(?:-(\d+))?(?:~(\d+))?(?:@([\w+]+))?:([\w.]+)=(.*)$/.exec(text);
  if (!found) return null;
  const [, day, until, ramp, places, path, value] = found;
  const change = { day: Number(day), path, value };
  if (until) change.until = Number(until);
  if (ramp) change.ramp = Number(ramp);
  if (places) change.places = places.split("+");
  return change;
}

/** The fragment of a state. */
export function write({ scenario, own, seed, days, day, futures, charts, colour, difference }) {
  const part = (name, value) => (value ? `&${name}=${encodeURIComponent(value).replace(/%3A/g, ":").replace(/%3D/g, "=").replace(/%40/g, "@").replace(/%2C/g, ",").replace(/%3B/g, ";")}` : "");
  const changes = (at) => (futures?.[at] ?? []).map(writeChange).join(";");
  return `#s=${encodeURIComponent(scenario)}${part("own", own)}${Number.isInteger(seed) ? `&seed=${seed}` : ""}${part("days", days)}${part("day", day)}${part("a", changes(0))}`
    + `${futures?.length > 1 ? `&two=1${part("b", changes(1))}` : ""}${part("charts", charts?.join(","))}${part("colour", colour)}`
    + `${difference ? "&difference=1" : ""}`;
}

/** The state of a fragment; null for the gallery. */
export function read(fragment) {
  const parts = new Map();
  for (const part of fragment.replace(/^#/, "").split("&")) {
    const at = part.indexOf("=");
    if (at < 0) continue;
    try {
      parts.set(part.slice(0, at), decodeURIComponent(part.slice(at + 1)));
    } catch {
      // A damaged part is ignored.
    }
  }
  if (!parts.has("s")) return null;
  const changes = (name) => (parts.get(name) ?? "").split(";").filter(Boolean).map(readChange).filter(Boolean);
  const whole = (name) => (/^\d+$/.test(parts.get(name) ?? "") ? Number(parts.get(name)) : null);
  return {
    scenario: parts.get("s"),
    own: parts.get("own") ?? "",
    seed: whole("seed"),
    days: whole("days"),
    day: whole("day") ?? 0,
    futures: parts.has("two") ? [changes("a"), changes("b")] : [changes("a")],
    charts: (parts.get("charts") ?? "").split(",").filter(Boolean),
    colour: parts.get("colour") ?? "",
    difference: parts.has("difference"),
  };
}

/** Characters of a packed file that an address can hold: browsers and messengers cut longer ones. */
export const LONGEST = 60_000;

/** Packs a text for an address. */
export async function pack(text) {
  const packed = await through(new Blob([text]), new CompressionStream("deflate-raw"));
  let signs = "";
  for (const byte of packed) signs += String.fromCharCode(byte);
  return btoa(signs).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** Unpacks a text from an address. */
export async function unpack(packed) {
  const bytes = Uint8Array.from(atob(packed.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
  return new TextDecoder().decode(await through(new Blob([bytes]), new DecompressionStream("deflate-raw")));
}

async function through(blob, change) {
  return new Uint8Array(await new Response(blob.stream().pipeThrough(change)).arrayBuffer());
}
