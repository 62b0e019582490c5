// What every page does better where scripts run: says that it is working, sends a form once, reads
// aloud. Everything works without it.

const SLOW_MS = 1000;
const busy = document.getElementById("busy");
let slow = 0;

function work() {
  slow = setTimeout(() => {
    busy.textContent = busy.dataset.words;
    busy.classList.add("shown");
  }, SLOW_MS);
}

function rest() {
  clearTimeout(slow);
  busy.textContent = "";
  busy.classList.remove("shown");
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
}

// The first click counts. A form that went out is not sent again until the page comes back.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  work();
});
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  const plain = link && event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey);
  if (plain && link.origin === location.origin && !link.hash && !link.download) work();
  if (event.target.closest("[data-print]")) window.print();
});
window.addEventListener("pageshow", rest);

// What went wrong comes first: there the keyboard begins, and a screen reader reads.
document.querySelector("[data-focus]")?.focus();
for (const button of document.querySelectorAll("[data-print]")) button.hidden = false;

// Reading aloud, where the browser can.
const aloud = document.querySelector("[data-read-aloud]");
if (aloud && "speechSynthesis" in window) {
  const start = aloud.textContent;
  aloud.hidden = false;
  const stop = () => {
    speechSynthesis.cancel();
    aloud.textContent = start;
    aloud.removeAttribute("aria-pressed");
  };
  aloud.addEventListener("click", () => {
    if (aloud.getAttribute("aria-pressed")) return stop();
    const words = new SpeechSynthesisUtterance(readable(document.getElementById("content")));
    words.lang = document.documentElement.lang;
    words.rate = 0.9;
    words.addEventListener("end", stop);
    aloud.textContent = aloud.dataset.stop;
    aloud.setAttribute("aria-pressed", "true");
    speechSynthesis.speak(words);
  });
  window.addEventListener("pagehide", stop);
}

function readable(content) {
  const copy = content.cloneNode(true);
  for (const part of copy.querySelectorAll("script, svg, [hidden], .read-aloud, input, [aria-hidden]")) part.remove();
  return copy.textContent.replace(/\s+/g, " ").trim();
}
