// The counter's form: one key for a complete paper, dotted amounts, and no page lost with the line.
(() => {
  "use strict";
  const ENOUGH = /^[dđ=]$/i;
  const place = document.querySelector("[data-health]");
  if (!place) return;

  // Papers: «đ» means as many as required, and goes on to the next paper that is not counted.
  const counts = [...place.querySelectorAll("[data-required]")];
  const mark = (input) =>
    input.closest("tr").classList.toggle(
      "complete",
      input.value !== "" && Number(input.value) >= Number(input.dataset.required),
    );
  counts.forEach((input, at) => {
    mark(input);
    input.addEventListener("input", () => {
      if (ENOUGH.test(input.value.trim())) {
        input.value = input.dataset.required;
        const next = counts.slice(at + 1).find((one) => one.value === "");
        (next ?? place.querySelector("[data-money]"))?.focus();
      }
      mark(input);
    });
  });

  // Money: whole đồng with dots, and what the sender pays in all.
  const dotted = (number) => String(number).replace(/\B(?=(\d{3})+(?!\d))/g, ".");
  const amounts = [...place.querySelectorAll("[data-money]")];
  const sum = document.getElementById("sum");
  const add = () => {
    const all = amounts.map((one) => one.value.replace(/[.\s]/g, "")).filter((one) => one !== "");
    sum.hidden = !all.every((one) => /^\d{1,12}$/.test(one));
    sum.querySelector("output").textContent = `${dotted(all.reduce((total, one) => total + Number(one), 0))} đồng`;
  };
  for (const amount of amounts) {
    amount.addEventListener("change", () => {
      const plain = amount.value.replace(/[.\s]/g, "");
      if (/^\d{1,12}$/.test(plain)) amount.value = dotted(Number(plain));
      add();
    });
    amount.addEventListener("input", add);
  }
  if (sum) add();

  // The first field that waits for somebody gets the focus, unless the page gave it elsewhere.
  if (!document.querySelector("[autofocus]")) {
    const waits = place.querySelector(
      '#agency[value=""], #sender_name[value=""], [name="paper_sender"], [name="paper_clerk"]',
    );
    waits?.focus();
  }

  // A form leaves only when the line is there: a lost line would take the page with it.
  const answers = async () => {
    try {
      const answer = await fetch(place.dataset.health, {
        method: "HEAD",
        cache: "no-store",
        signal: AbortSignal.timeout(6000),
      });
      return answer.ok;
    } catch {
      return false;
    }
  };
  const lost = document.getElementById("no-line");
  for (const form of place.querySelectorAll('form[method="post"]')) {
    let state = "";
    form.addEventListener("submit", async (event) => {
      if (state === "leaving") return;
      event.preventDefault();
      if (state === "asking") return; // Enter pressed twice sends once
      state = "asking";
      lost.hidden = true;
      const button = event.submitter;
      if (await answers()) {
        state = "leaving";
        place.dispatchEvent(new Event("sending"));
        form.requestSubmit(button);
        state = "asking";
      } else {
        state = "";
        lost.hidden = false;
        lost.focus();
      }
    });
    addEventListener("pageshow", () => {
      state = "";
    });
  }
})();
