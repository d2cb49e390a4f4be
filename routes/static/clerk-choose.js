// Lists found while typing: the arrow keys go through them, Enter chooses, Escape goes back.
(() => {
  "use strict";
  const listOf = (input) => document.getElementById(input.dataset.choose)?.querySelector("[data-list]");
  const entries = (list) => [...list.querySelectorAll("a, button")];
  const inputOf = (list) =>
    document.querySelector(`[data-choose="${CSS.escape(list.parentElement.id)}"]`);
  const close = (list) => {
    if (list.querySelector("[data-value]")) list.remove();
  };

  const choose = (entry) => {
    const list = entry.closest("[data-list]");
    const input = inputOf(list);
    input.value = entry.dataset.value;
    input.dispatchEvent(new Event("change", { bubbles: true }));
    close(list);
    input.focus();
  };

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return;
    const input = event.target.closest("[data-choose]");
    if (input) fromField(event, input);
    const entry = event.target.closest("[data-list] a, [data-list] button");
    if (entry) fromEntry(event, entry);
  });

  const fromField = (event, input) => {
    const list = listOf(input);
    if (!list) return;
    if (event.key === "ArrowDown") {
      event.preventDefault();
      entries(list)[0].focus();
    } else if (event.key === "Escape") {
      close(list);
    } else if (event.key === "Enter") {
      // The first is taken only when the list answers what stands in the field now.
      const first = entries(list)[0];
      if (first.dataset.value) {
        event.preventDefault();
        choose(first);
      } else if (list.dataset.asked === input.value.trim()) {
        event.preventDefault();
        first.click();
      }
    }
  };

  const fromEntry = (event, entry) => {
    const list = entry.closest("[data-list]");
    const all = entries(list);
    const next = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (next) {
      event.preventDefault();
      const at = all.indexOf(entry) + next;
      (all[Math.min(at, all.length - 1)] && at >= 0 ? all[Math.min(at, all.length - 1)] : inputOf(list)).focus();
    } else if (event.key === "Escape") {
      event.preventDefault();
      inputOf(list).focus();
      close(list);
    }
  };

  document.addEventListener("click", (event) => {
    const entry = event.target.closest("[data-list] [data-value]");
    if (entry) choose(entry);
  });
  document.addEventListener("focusout", (event) => {
    const list = event.target.closest?.("[data-list]") ?? (event.target.dataset?.choose && listOf(event.target));
    if (!list) return;
    const goes = event.relatedTarget;
    if (goes && (list.contains(goes) || goes === inputOf(list))) return;
    // A press on an entry takes the focus away first; let the press arrive.
    setTimeout(() => close(list), 150);
  });
})();
