// What is being typed at the counter stays in this tab until it is sent, and no longer than that.
// It is bound to the person and assignment signed in, and gone with the sign-out. Nothing is sent.
(() => {
  "use strict";
  const KEY = "clerk-draft";
  const person = document.currentScript.dataset.person;

  const read = () => {
    try {
      return JSON.parse(sessionStorage.getItem(KEY));
    } catch {
      return null;
    }
  };
  const keep = (draft) => {
    try {
      sessionStorage.setItem(KEY, JSON.stringify(draft));
    } catch {
      // No room or no storage: the page itself still holds what was typed.
    }
  };
  const drop = () => sessionStorage.removeItem(KEY);

  document.addEventListener("submit", (event) => {
    if (event.target.matches("[data-sign-out]")) drop();
  });

  let draft = read();
  if (draft && draft.person !== person) {
    drop();
    draft = null;
  }
  // A dossier's own page comes after the sending; what was sent is no draft any more.
  if (document.querySelector("[data-draft-end]") && draft?.sent) drop();

  const place = document.querySelector("[data-draft]");
  if (!place) return;
  const form = place.querySelector('form[method="post"]');
  const offer = document.getElementById("draft-offer");
  const NOT_KEPT = new Set(["csrf_token", "form_at", "form_name"]);
  const OF_THE_PROCEDURE = /^(paper_|money_|agency$|service_form$|procedure_code$)/;

  const typed = () =>
    [...form.elements]
      .filter((one) => one.name && !NOT_KEPT.has(one.name))
      .map((one) => [one.name, one.value, /^(checkbox|radio)$/.test(one.type) ? one.checked : null]);

  const save = (more = {}) => {
    if (!form) return;
    draft = {
      person,
      at: location.pathname + location.search,
      procedure: form.elements.procedure_code?.value,
      time: new Date().toLocaleTimeString("vi-VN", { hour: "2-digit", minute: "2-digit" }),
      values: typed(),
      ...more,
    };
    keep(draft);
  };

  const fill = ({ procedure, values }) => {
    const same = procedure === form.elements.procedure_code?.value;
    for (const [name, value, checked] of values) {
      if (!same && OF_THE_PROCEDURE.test(name)) continue;
      for (const one of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
        if (checked === null) {
          // What may have arrived already must come again under its own key.
          const hidden = one.type === "hidden" && !(same && name === "request_key");
          if (one.value === value || hidden) continue;
          one.value = value;
          one.dispatchEvent(new Event("change", { bubbles: true }));
        } else if (one.type === "checkbox" || one.value === value) {
          one.checked = checked;
        }
      }
    }
    save();
  };

  if (form) {
    form.addEventListener("input", () => {
      offer.hidden = true;
      save();
    });
    form.addEventListener("change", () => save());
    place.addEventListener("sending", () => save({ sent: true }));
  }
  for (const link of document.querySelectorAll("[data-other-procedure]")) {
    link.addEventListener("click", () => {
      if (draft) keep({ ...draft, goesOn: true });
    });
  }

  if (!draft) return;
  if ("filled" in place.dataset) {
    save(); // the server gave everything back; what stands in the form is the draft now
    return;
  }
  const wanted = draft.goesOn;
  if (wanted && form) {
    fill(draft);
    return;
  }
  if (wanted) return;
  offer.querySelector("[data-time]").textContent = draft.time;
  offer.hidden = false;
  offer.querySelector("[data-drop]").addEventListener("click", () => {
    drop();
    draft = null;
    offer.hidden = true;
    (form?.querySelector("#sender_name") ?? document.getElementById("q"))?.focus();
  });
  offer.querySelector("[data-take]").addEventListener("click", () => {
    offer.hidden = true;
    if (form && draft.procedure === form.elements.procedure_code?.value) {
      fill(draft);
      form.querySelector("#sender_name").focus();
      return;
    }
    keep({ ...draft, goesOn: true });
    location.assign(draft.at.includes("procedure_code=")
      ? draft.at
      : `${location.pathname}?procedure_code=${encodeURIComponent(draft.procedure)}`);
  });
})();
