// The station's page: listens, shows what is heard, sends orders.

const $ = (id) => document.getElementById(id);

/** An element with a class and children; strings become text, never markup. */
function el(tag, cls, ...children) {
  const e = document.createElement(tag);
  if (cls) e.className = cls;
  e.append(...children.filter((c) => c !== "" && c != null));
  return e;
}

const clock = (seconds) => {
  const s = Math.max(0, Math.floor(seconds));
  return `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")}`;
};

/** Sends an order; the reply is the station's, or one that says why there is none. */
async function order(line) {
  try {
    const answer = await fetch("/api/v1/orders", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ order: line }),
    });
    return { status: answer.status, ...(await answer.json()) };
  } catch {
    return { status: 0, ok: false, reply: "error: the station does not answer; is it running?" };
  }
}

// ---- Listening ----------------------------------------------------------

const audio = $("audio");
let listening = false;
let retry = 0;
let retryTimer = 0;

/** Seconds of sound that the station sends at once: browsers read 32 KB, two
 *  seconds of it, at a time, and would run dry with less than one and a half. */
const burst = 3;
let connected = 0; // when the stream was asked for, by performance.now()

/** How far behind the station's clock the ears are, in seconds. The stream began
 *  burst before it was asked for. */
function lag() {
  if (!listening || audio.paused || audio.readyState < 2) return 0;
  return Math.min(30, Math.max(0, burst + (performance.now() - connected) / 1000 - audio.currentTime));
}

function connect() {
  clearTimeout(retryTimer);
  connected = performance.now();
  audio.src = `${$("format").value}?burst=${burst}&at=${Date.now()}`;
  audio.play().catch((err) => {
    if (err.name === "NotAllowedError") stopListening();
  });
}

function startListening() {
  listening = true;
  retry = 0;
  showListening();
  connect();
}

function stopListening() {
  listening = false;
  clearTimeout(retryTimer);
  audio.pause();
  audio.removeAttribute("src");
  audio.load(); // lets go of the connection
  trouble("");
  showListening();
}

function showListening() {
  $("listen").textContent = listening ? "Stop listening" : "Listen";
  $("listen").setAttribute("aria-pressed", String(listening));
}

function trouble(text) {
  $("trouble").textContent = text;
  $("trouble").hidden = !text;
}

function lost() {
  if (!listening) return;
  retry++;
  trouble("The stream broke off; trying again …");
  clearTimeout(retryTimer);
  retryTimer = setTimeout(connect, Math.min(10_000, 500 * 2 ** Math.min(retry, 5)));
}

audio.addEventListener("playing", () => { retry = 0; trouble(""); });
audio.addEventListener("error", lost);
audio.addEventListener("ended", lost);
$("listen").addEventListener("click", () => (listening ? stopListening() : startListening()));
$("volume").addEventListener("input", () => { audio.volume = Number($("volume").value); remember("volume", $("volume").value); });
$("format").addEventListener("change", () => { remember("format", $("format").value); if (listening) connect(); });

function remember(key, value) {
  try { localStorage.setItem(`bandstand.${key}`, value); } catch { /* private window */ }
}

function recall(key) {
  try { return localStorage.getItem(`bandstand.${key}`); } catch { return null; }
}

function chooseFormat() {
  const options = [...$("format").options];
  for (const o of options) {
    if (!audio.canPlayType(o.dataset.type)) { o.disabled = true; o.textContent += " (not in this browser)"; }
  }
  const pick = options.find((o) => o.value === recall("format") && !o.disabled) ?? options.find((o) => !o.disabled);
  if (pick) $("format").value = pick.value;
}

// ---- What plays ---------------------------------------------------------

let shown = null;   // the status on the page
let shownAt = 0;    // when it came, by performance.now()
let recentFor = null;

/** Statuses are shown when the ears get there, in the order in which they came. */
const coming = [];

/** The moment that the ears are at, by performance.now(). */
const ears = () => performance.now() - lag() * 1000;

function arrived(status) {
  coming.push({ status, at: performance.now() });
  showQueue(status.queue ?? []); // who ordered wants to see it now
  showOutputs(status.outputs ?? []);
  advance();
}

function advance() {
  while (coming.length && coming[0].at <= ears()) {
    const { status, at } = coming.shift();
    shown = status;
    shownAt = at;
    showStatus(status);
  }
}

function showStatus(status) {
  const song = status.song;
  $("state").textContent = { playing: "On the air", looping: `In a loop${excerpt(status.loop)}` }[status.state] ?? "Silence";
  $("now-title").replaceChildren(song ? link(song) : "Nothing plays");
  $("now-band").textContent = song ? `by ${song.band}` : "Order a song, or wait for the band.";
  const facts = song
    ? [song.style, song.key, `${Math.round(song.tempo)} bpm`, song.rating ? `rated ${song.rating.toFixed(1)}` : "", status.auto ? "auto" : ""]
    : [status.auto ? "auto" : ""];
  $("facts").replaceChildren(...facts.filter(Boolean).map((f) => el("li", "", f)));
  $("progress").hidden = !song;
  document.title = song ? `${song.title} by ${song.band} – Bandstand` : "Bandstand";
  if (recentFor !== (song?.code ?? "")) {
    recentFor = song?.code ?? "";
    loadRecent();
  }
  if (song && "mediaSession" in navigator) {
    navigator.mediaSession.metadata = new MediaMetadata({ title: song.title, artist: song.band, album: "Bandstand" });
  }
  showPosition();
}

/** The bars of a loop in words; "" where the station does not tell. */
function excerpt(loop) {
  if (!loop) return "";
  const bars = loop.bars === 1 ? `bar ${loop.from}` : `bars ${loop.from}–${loop.from + loop.bars - 1}`;
  return `: ${bars}, again and again`;
}

/** Where in a song the ears are, in seconds, some seconds after its status came. In
 *  a loop they go round: its bars, its pause, its bars. */
function place(song, loop, since) {
  let [from, to, at] = [0, song.seconds, song.position + since];
  if (loop && song.bars) {
    const bar = song.seconds / song.bars; // a song has one tempo
    from = (loop.from - 1) * bar;
    to = from + loop.bars * bar;
    const round = to - from + loop.gap;
    if (at >= from) at = from + ((at - from) % round);
  }
  return Math.min(to, Math.max(from, at));
}

function showPosition() {
  const song = shown?.song;
  if (!song) return;
  const loop = shown.loop;
  const position = place(song, loop, (ears() - shownAt) / 1000);
  $("bar").value = song.seconds ? position / song.seconds : 0;
  $("position").textContent = clock(position);
  $("length").textContent = clock(Math.round(song.seconds));
  const last = loop ? loop.from + loop.bars - 1 : song.bars;
  const bar = song.bars && song.seconds ? Math.min(last, Math.floor((position / song.seconds) * song.bars + 1e-6) + 1) : song.bar;
  $("section").textContent = [song.section, `bar ${bar} of ${song.bars}`].filter(Boolean).join(" · ");
}

setInterval(() => { advance(); showPosition(); }, 200);

function link(song) {
  const a = el("a", "", song.title);
  a.href = `/s/${encodeURIComponent(song.code)}`;
  return a;
}

function entry(song) {
  return el("li", "", el("span", "title", link(song)), el("span", "by", `${song.band} · ${song.style} · ${clock(Math.round(song.seconds))}`),
    el("code", "", song.code));
}

function showOutputs(outputs) {
  const wanted = outputs.filter((o) => o.wanted);
  $("outputs").hidden = !wanted.length;
  $("outputs").textContent = `Also goes to ${wanted.map((o) => `${o.name} (${o.state})`).join(", ")}`;
}

function showQueue(queue) {
  $("queue").replaceChildren(...queue.map(entry));
  $("queue-empty").hidden = queue.length > 0;
}

async function loadRecent() {
  try {
    const answer = await fetch("/api/v1/songs?limit=8");
    const songs = await answer.json();
    if (!Array.isArray(songs)) return;
    $("recent").replaceChildren(...songs.map(entry));
    $("recent-empty").hidden = songs.length > 0;
  } catch { /* the link line says that the station is away */ }
}

function follow() {
  const events = new EventSource("/api/v1/events");
  events.addEventListener("open", () => { $("link").textContent = "live"; $("link").className = "live"; });
  events.addEventListener("error", () => {
    $("link").textContent = "the station is away; waiting for it …";
    $("link").className = "";
    if (events.readyState === EventSource.CLOSED) setTimeout(follow, 3000);
  });
  events.addEventListener("status", (e) => arrived(JSON.parse(e.data)));
}

// ---- Orders -------------------------------------------------------------

const given = [];
let back = 0;

async function give(line) {
  line = line.trim();
  if (!line) return;
  given.push(line);
  back = given.length;
  const reply = el("p", "reply", "…");
  const item = el("li", "", el("p", "said", line), reply);
  $("replies").prepend(item);
  while ($("replies").children.length > 20) $("replies").lastChild.remove();
  const answer = await order(line);
  reply.textContent = answer.reply ?? "error: the station gave no answer";
  reply.classList.toggle("table", / {3}/.test(reply.textContent)); // columns need letters of one width
  if (!answer.ok) item.classList.add("failed");
  if (answer.status === 401) mayOrder(false);
  if (answer.song) loadRecent();
}

/** A button for each style that songs can be ordered in. */
async function loadStyles() {
  try {
    const styles = await (await fetch("/api/v1/styles")).json();
    $("styles").replaceChildren(...styles.map((style) => {
      const b = el("button", "", style.name);
      b.type = "button";
      b.title = style.about;
      b.disabled = !may;
      b.addEventListener("click", () => give(`new ${style.name}`));
      return b;
    }));
    $("styles").hidden = styles.length === 0;
  } catch { /* one can still type a style */ }
}

let may = true; // until the station says otherwise

function mayOrder(yes) {
  may = yes;
  $("may").hidden = yes;
  for (const e of document.querySelectorAll(".orders input, .orders button")) e.disabled = !yes;
}

$("order-form").addEventListener("submit", (e) => {
  e.preventDefault();
  give($("order").value);
  $("order").value = "";
});
$("order").addEventListener("keydown", (e) => {
  if (e.key !== "ArrowUp" && e.key !== "ArrowDown") return;
  e.preventDefault();
  back = Math.max(0, Math.min(given.length, back + (e.key === "ArrowUp" ? -1 : 1)));
  $("order").value = given[back] ?? "";
});
for (const b of document.querySelectorAll("[data-order]")) b.addEventListener("click", () => give(b.dataset.order));

chooseFormat();
if (recall("volume") !== null) $("volume").value = recall("volume");
audio.volume = Number($("volume").value);
follow();
loadStyles();
fetch("/api/v1/orders").then((a) => a.json()).then((a) => mayOrder(a.allowed === true)).catch(() => {});
