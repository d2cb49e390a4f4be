// The scan page with a script: reads the scanner by its keys, answers at once, keeps what is unsent.
// Which kinds, reasons and details there are stands in the page; there is no rule in here.
"use strict";

(() => {
  const root = document.getElementById("scan-form");
  if (!root || !window.outbox) return;

  const form = root.querySelector("form");
  const code = form.elements.code;
  const words = document.getElementById("scan-words").dataset;
  const { kind, kindWords, owner } = root.dataset;
  const needs = root.dataset.needs.split(" ").filter(Boolean);
  const answer = document.getElementById("answer");
  const made = document.getElementById("made");
  const madeKey = `postal.made.${owner}`;
  const SAME_SCAN_MS = 2000;
  const MOST_SHOWN = 50;
  const NOT_DETAILS = new Set(["csrf_token", "form_name", "form_at", "scan_id", "seen", "code"]);

  // Reading: a scanner presses keys, and an input method (Telex, VNI, Caps Lock) rewrites what they
  // type; the keys themselves stay what they are.
  const SIGNS = { Minus: "-", Slash: "/", Period: ".", Semicolon: ":", Space: " ", NumpadDivide: "/", NumpadSubtract: "-", NumpadDecimal: "." };
  let keys = "";

  const keyed = (event) => {
    const found = /^Key([A-Z])$/.exec(event.code) || /^(?:Digit|Numpad)(\d)$/.exec(event.code);
    if (found) return found[1];
    if (SIGNS[event.code]) return SIGNS[event.code];
    return event.code === "" && event.key.length === 1 ? event.key : "";
  };

  const looksRight = (text) => {
    const plain = text.toUpperCase().trim();
    return /\/T\/[0-9A-Z]+(\/[0-9A-Z]+)?\/?$/.test(plain) || /^[A-Z]{2}\d{9}[A-Z]{2}$/.test(plain.replace(/[\s.\-_]/g, ""));
  };

  const read = () => {
    const shown = code.value.normalize("NFC").trim();
    return !looksRight(shown) && looksRight(keys) ? keys : shown;
  };

  const clearCode = () => {
    code.value = "";
    keys = "";
  };

  // Answering: sign, colour, words, sound and a shake of the phone.
  let sound = null;
  const TONES = { good: [[880, 0.09]], info: [[660, 0.07]], careful: [[587, 0.1], [587, 0.1]], bad: [[196, 0.35]] };
  const SHAKES = { good: 40, info: 20, careful: [60, 60, 60], bad: [220, 80, 220] };

  const signal = (tone) => {
    if (navigator.vibrate) navigator.vibrate(SHAKES[tone]);
    if (!window.AudioContext) return;
    sound = sound || new AudioContext();
    let at = sound.currentTime;
    for (const [pitch, seconds] of TONES[tone]) {
      const voice = sound.createOscillator();
      const loudness = sound.createGain();
      voice.frequency.value = pitch;
      loudness.gain.setValueAtTime(0.2, at);
      loudness.gain.exponentialRampToValueAtTime(0.001, at + seconds);
      voice.connect(loudness).connect(sound.destination);
      voice.start(at);
      voice.stop(at + seconds);
      at += seconds + 0.06;
    }
  };

  const show = (tone, title, number, text, outcome = "") => {
    const panel = document.getElementById(`answer-${tone}`).content.firstElementChild.cloneNode(true);
    panel.dataset.outcome = outcome;
    panel.querySelector(".answer-title").textContent = title;
    panel.querySelector(".answer-number").textContent = number;
    panel.querySelector(".answer-words").textContent = text;
    answer.replaceChildren(panel);
  };

  const lines = () => JSON.parse(sessionStorage.getItem(madeKey) || "[]");

  const draw = (line) => {
    const drawn = document.getElementById(`line-${line.tone}`).content.firstElementChild.cloneNode(true);
    drawn.id = `scan-${line.id}`;
    drawn.dataset.outcome = line.outcome || "";
    drawn.classList.add(line.tone);
    drawn.querySelector(".made-number").textContent = line.number;
    drawn.querySelector("time").textContent = line.at;
    drawn.querySelector(".made-words").textContent = line.text;
    const before = document.getElementById(drawn.id);
    if (before) before.replaceWith(drawn);
    else made.prepend(drawn);
    document.getElementById("none-made").hidden = true;
  };

  // The page's list holds numbers and verdicts, never a person; it ends with the tab.
  const list = (line) => {
    const kept = lines().filter((one) => one.id !== line.id);
    const first = lines().find((one) => one.id === line.id);
    const told = { ...line, at: first ? first.at : line.at };
    sessionStorage.setItem(madeKey, JSON.stringify([told, ...kept].slice(0, MOST_SHOWN)));
    draw(told);
  };

  const clock = () => new Date().toLocaleTimeString("vi-VN", { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Ho_Chi_Minh" });

  // Details: whatever the page asks, by the names it gives.
  const readDetails = () => {
    const told = {};
    const all = new FormData(form);
    for (const [name, value] of all) {
      const text = String(value).trim();
      if (NOT_DETAILS.has(name) || !text) continue;
      if (!name.startsWith("next_action_")) told[name] = text;
      else if (name === `next_action_${all.get("reason")}`) told.next_action = text;
    }
    return told;
  };

  const missing = (details) => {
    const name = needs.find((need) => !details[need]);
    if (name === "next_action") return form.querySelector(".reason:has(:checked) .reason-actions input") || form.querySelector('[name="reason"]');
    if (name) return form.querySelector(`[name="${name}"]`);
    const chosen = form.querySelector('[name="reason"]:checked');
    return chosen && "textNeeded" in chosen.dataset && !details.text ? form.elements.text : null;
  };

  const clearDetails = (details) => {
    for (const field of form.elements) {
      if (field.type === "radio" || field.type === "checkbox") {
        if (field.name === "condition") field.checked = field.value === (details.condition === "intact" ? "intact" : "");
        else field.checked = field.name.startsWith("next_action_") && field.defaultChecked;
      } else if (!["hidden", "submit", "button"].includes(field.type) && field.name !== "bag") field.value = "";
    }
    form.querySelectorAll(".fault").forEach((fault) => fault.remove());
    const summary = document.getElementById("faults");
    if (summary) summary.remove();
  };

  let last = { read: "", at: 0 };

  const submit = () => {
    const scanned = read();
    if (!scanned) {
      code.focus();
      return;
    }
    const at = performance.now();
    if (scanned === last.read && at - last.at < SAME_SCAN_MS) {
      show("info", words.justNow, scanned, words.justNowWhy, "just_scanned");
      signal("info");
      clearCode();
      return;
    }
    const details = readDetails();
    const lacking = missing(details);
    if (lacking) {
      code.value = scanned; // as it was read, whatever the input method made of it
      keys = "";
      show("info", words.fillIn, scanned, words.fillInWhy, "fill_in");
      lacking.focus();
      return;
    }
    last = { read: scanned, at };
    show("info", words.sending, scanned, kindWords, "sending");
    const scan = window.outbox.add(scanned, kind, details);
    list({ id: scan.scan_id, tone: "info", number: scanned, text: `${kindWords} · ${words.sending}`, at: clock(), outcome: "sending" });
    clearDetails(details);
    clearCode();
    code.focus();
  };

  code.addEventListener("keydown", (event) => {
    if (event.code === "Enter" || event.code === "NumpadEnter" || event.key === "Enter" || (event.key === "Tab" && looksRight(keys))) {
      event.preventDefault();
      submit();
    } else if (event.key === "Backspace" || event.code === "Backspace") keys = keys.slice(0, -1);
    else if (event.key === "Escape") clearCode();
    else if (!event.ctrlKey && !event.metaKey && !event.altKey) keys += keyed(event);
  });
  code.addEventListener("input", (event) => {
    if (!code.value) keys = "";
    if (event.inputType === "insertFromPaste") keys = code.value;
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  // A scanner types wherever the focus is; nobody should have to tap the field first.
  document.addEventListener("keydown", (event) => {
    if (document.activeElement === document.body && keyed(event) && !event.ctrlKey && !event.metaKey && !event.altKey) {
      code.focus();
      keys += keyed(event);
    }
  });

  document.addEventListener("scan:answered", ({ detail: verdict }) => {
    const oddities = verdict.oddities.join(", ");
    const text = [verdict.words, oddities].filter(Boolean).join(" · ");
    show(verdict.tone, verdict.title, verdict.number, text, verdict.outcome);
    signal(verdict.tone);
    const line = `${verdict.kind} · ${verdict.title}: ${text}`;
    list({ id: verdict.scan_id, tone: verdict.tone, number: verdict.number, text: line, at: clock(), outcome: verdict.outcome });
  });
  document.addEventListener("scan:kept", ({ detail: scan }) => {
    show("careful", words.kept, scan.code, words.keptWhy, "kept");
    signal("careful");
    const before = lines().find((one) => one.id === scan.scan_id);
    const text = before ? before.text.replace(words.sending, words.kept) : words.kept;
    list({ id: scan.scan_id, tone: "careful", number: scan.code, text, at: clock(), outcome: "kept" });
  });
  document.addEventListener("scan:stopped", ({ detail: { status, message } }) => {
    show("bad", status === 401 ? words.signIn : words.kept, "", status === 401 ? words.signInWhy : message, "stopped");
    if (status === 401) {
      const link = document.createElement("a");
      link.href = root.dataset.signIn;
      link.textContent = words.signInLink;
      answer.querySelector(".answer-words").append(" ", link);
    }
    signal("bad");
  });
  document.addEventListener("scan:full", ({ detail: scan }) => show("bad", words.full, scan.code, words.fullWhy, "full"));

  lines().reverse().forEach(draw);
})();
