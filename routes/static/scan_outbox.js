// The outbox: scans wait here until the server has given each its final verdict.
// One entry of the browser's storage per scan, so that two tabs never overwrite each other.
"use strict";

(() => {
  const place = document.getElementById("outbox");
  if (!place) return;

  const { owner, sendTo, unsent } = place.dataset;
  const prefix = `postal.unsent.${owner}.`;
  const BATCH = 200;
  const PATIENCE_MS = 20000;
  const LONGEST_PAUSE_MS = 60000;
  const memory = new Map(); // what the browser's storage would not take
  let sending = false;
  let pause = 2000;
  let timer = 0;

  const tell = (name, detail) => document.dispatchEvent(new CustomEvent(`scan:${name}`, { detail }));

  const uuid = () => {
    if (crypto.randomUUID) return crypto.randomUUID(); // only over HTTPS or on this machine
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
  };

  const remember = (key, value) => {
    try {
      localStorage.setItem(key, value);
      return true;
    } catch {
      return false;
    }
  };

  const recall = (key) => {
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  };

  // One phone shared by two people is two devices: each is registered to one person, for life.
  const device = recall(`postal.device.${owner}`) || uuid();
  remember(`postal.device.${owner}`, device);
  const numbered = `postal.sequence.${device}`;
  const deviceName = navigator.userAgentData?.platform || navigator.platform || "";
  const boot = uuid(); // the clock below counts since this page was opened
  const monotonic = () => Math.round(performance.now());
  let counted = Number(recall(numbered)) || 0;

  const waiting = () => {
    const found = [...memory.values()];
    try {
      for (let index = 0; index < localStorage.length; index += 1) {
        const key = localStorage.key(index);
        if (key.startsWith(prefix)) found.push(JSON.parse(localStorage.getItem(key)));
      }
    } catch {
      // a locked storage holds nothing of ours
    }
    return found.sort((one, other) => one.sequence - other.sequence);
  };

  const forget = (scanId) => {
    memory.delete(scanId);
    try {
      localStorage.removeItem(prefix + scanId);
    } catch {
      // it was never in there
    }
  };

  const count = () => {
    const left = waiting().length;
    place.hidden = false;
    place.classList.toggle("some", left > 0);
    place.querySelector(".outbox-count").textContent = unsent.replace("#", String(left));
    place.querySelector("button").hidden = left === 0;
    return left;
  };

  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(send, pause);
    pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
  };

  const token = () => document.querySelector('meta[name="csrf-token"]');

  const post = (batch) =>
    fetch(sendTo, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token().content },
      body: JSON.stringify({
        device,
        device_name: deviceName,
        device_now: new Date().toISOString(),
        boot_id: boot,
        monotonic_now_ms: monotonic(),
        scans: batch,
      }),
      signal: AbortSignal.timeout(PATIENCE_MS),
      cache: "no-store",
    });

  // After signing in again in another tab the token of this page is old; the page itself has the new one.
  const renewToken = async () => {
    const page = await fetch(location.href, { headers: { Accept: "text/html" }, cache: "no-store" });
    const fresh = new DOMParser().parseFromString(await page.text(), "text/html").querySelector('meta[name="csrf-token"]');
    if (fresh) token().content = fresh.content;
    return Boolean(fresh);
  };

  const deliver = async (batch) => {
    let answer = await post(batch);
    if (answer.status === 400 && (await renewToken())) answer = await post(batch);
    if (answer.ok) {
      const told = await answer.json();
      for (const verdict of told.verdicts) {
        const { scan_id } = batch[verdict.place];
        forget(scan_id); // whatever became of it, it never blocks the others
        tell("answered", { ...verdict, scan_id });
      }
      return "sent";
    }
    if (answer.status === 413 && batch.length > 1) return deliver(batch.slice(0, batch.length / 2));
    if (answer.status >= 500) throw new Error("the server is not well");
    const problem = await answer.json().catch(() => ({}));
    tell("stopped", { status: answer.status, message: problem.message || "" });
    return "stopped";
  };

  async function send() {
    if (sending) return;
    sending = true;
    clearTimeout(timer);
    let batch = waiting().slice(0, BATCH);
    try {
      while (batch.length && (await deliver(batch)) === "sent") {
        pause = 2000;
        count();
        batch = waiting().slice(0, BATCH);
      }
    } catch {
      for (const scan of batch) tell("kept", scan);
      later();
    } finally {
      sending = false;
      count();
    }
  }

  // Take a scan in: kept first, then sent; gives it with its id.
  const add = (code, kind, details) => {
    counted = Math.max(counted, Number(recall(numbered)) || 0) + 1;
    remember(numbered, String(counted));
    const scan = {
      scan_id: uuid(),
      code,
      kind,
      details,
      occurred_at: new Date().toISOString(),
      monotonic_ms: monotonic(),
      boot_id: boot,
      sequence: counted,
    };
    if (!remember(prefix + scan.scan_id, JSON.stringify(scan))) {
      memory.set(scan.scan_id, scan);
      tell("full", scan);
    }
    count();
    send();
    return scan;
  };

  place.querySelector("button").addEventListener("click", () => {
    pause = 2000;
    send();
  });
  window.addEventListener("online", send);
  window.addEventListener("storage", count);
  document.addEventListener("visibilitychange", () => document.hidden || send());
  window.addEventListener("beforeunload", (event) => {
    if (memory.size) event.preventDefault(); // only what the storage would not take is lost by leaving
  });

  window.outbox = { add, waiting };
  count();
  send();
})();
