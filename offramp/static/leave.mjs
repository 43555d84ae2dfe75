// Leaving at once: the link on every page, and three presses of Escape or of Shift. Every page with scripts has this.
//
// Tor Browser tells no page of Shift as long as it is pressed alone (privacy.resistFingerprinting), so there it is Escape.

const KEYS = ["Escape", "Shift"];
const PATIENCE_MS = 2_000; // from one press to the next
// Firefox keeps the last 50 entries of a tab, and allows a page 200 steps in ten seconds; leaving takes this many twice.
const MORE_THAN_A_TAB_KEEPS = 60;

const link = document.getElementById("leave");
if (link) {
  link.addEventListener("click", leave);
  // A key of a capital or a click with Shift is no press of Shift alone.
  for (const kind of ["keyup", "pointerdown", "wheel"]) addEventListener(kind, heard, { passive: true });
} else {
  forgetTheWayBack(location.href); // the page that people leave to, where they came without this script
}

let presses = 0;
let last = {};

function heard(event) {
  const again = event.key === last.key && event.timeStamp - last.timeStamp < PATIENCE_MS;
  // What ends the choice of a sign or a word (IME) is no press of its own.
  presses = KEYS.includes(event.key) && !event.isComposing ? (again ? presses + 1 : 1) : 0;
  last = event;
  if (presses === 3) leave();
}

/** The page is gone from the screen before the network is asked for anything. */
function leave(event) {
  event?.preventDefault();
  document.documentElement.hidden = true;
  document.title = "…";
  stop(); // what is being sent or fetched
  // The sealer has a button instead of a link: nothing is beside it on the disk to go to.
  forgetTheWayBack(link.href ?? location.href);
  location.replace(link.href ?? "about:blank");
}

/** Fills all of the tab's history with one address, so that the pages before it fall out. */
function forgetTheWayBack(address) {
  try {
    history.replaceState(null, "", address);
    for (let i = 0; i < MORE_THAN_A_TAB_KEEPS; i++) history.pushState(null, "", address);
  } catch {
    // Some browsers allow fewer steps. What they took back counts all the same.
  }
}
