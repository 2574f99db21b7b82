// The whole state of the page in the fragment of its address: scenario, seed, changes, day and view. No server keeps it.
//
//   #s=crackdown&seed=1&day=120&a=31:law.fine=500&b=...&charts=days.illicit_trades,goods.price_median&colour=anxiety
//
// A change is DAY[-UNTIL][~RAMP][@PLACE+PLACE]:PATH=VALUE; changes are apart by semicolons.

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
export function write({ scenario, seed, day, futures, charts, colour, difference }) {
  const part = (name, value) => (value ? `&${name}=${encodeURIComponent(value).replace(/%3A/g, ":").replace(/%3D/g, "=").replace(/%40/g, "@").replace(/%2C/g, ",").replace(/%3B/g, ";")}` : "");
  const changes = (at) => (futures[at] ?? []).map(writeChange).join(";");
  return `#s=${encodeURIComponent(scenario)}&seed=${seed}${part("day", day)}${part("a", changes(0))}`
    + `${futures.length > 1 ? `&two=1${part("b", changes(1))}` : ""}${part("charts", charts.join(","))}${part("colour", colour)}`
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
      // A damaged part is as good as none.
    }
  }
  if (!parts.has("s")) return null;
  const changes = (name) => (parts.get(name) ?? "").split(";").filter(Boolean).map(readChange).filter(Boolean);
  const whole = (name) => (/^\d+$/.test(parts.get(name) ?? "") ? Number(parts.get(name)) : null);
  return {
    scenario: parts.get("s"),
    seed: whole("seed"),
    day: whole("day") ?? 0,
    futures: parts.has("two") ? [changes("a"), changes("b")] : [changes("a")],
    charts: (parts.get("charts") ?? "").split(",").filter(Boolean),
    colour: parts.get("colour") ?? "",
    difference: parts.has("difference"),
  };
}
