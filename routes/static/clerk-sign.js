// A signature drawn with pen, finger or mouse; it goes into the form as a PNG.
(() => {
  "use strict";
  const MOST_LETTERS = 260_000; // of a picture of 200 KB, written as text

  for (const pad of document.querySelectorAll("[data-pad]")) {
    const canvas = pad.querySelector("canvas");
    const kept = document.getElementById(`sign-${pad.dataset.pad}`);
    const paper = document.getElementById(`sign-${pad.dataset.pad.replace("image_", "paper_")}`);
    const pen = canvas.getContext("2d");
    pen.lineWidth = 4;
    pen.lineCap = pen.lineJoin = "round";
    pen.strokeStyle = "#10242c";
    pad.hidden = false;
    let last = null;

    const at = (event) => {
      const box = canvas.getBoundingClientRect();
      return [
        ((event.clientX - box.left) * canvas.width) / box.width,
        ((event.clientY - box.top) * canvas.height) / box.height,
      ];
    };
    const wipe = () => {
      pen.clearRect(0, 0, canvas.width, canvas.height);
      kept.value = "";
    };
    const line = (to) => {
      pen.beginPath();
      pen.moveTo(...last);
      pen.lineTo(...to);
      pen.stroke();
      last = to;
    };

    canvas.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      canvas.setPointerCapture(event.pointerId);
      last = at(event);
      line([last[0] + 0.1, last[1]]);
      paper.checked = false;
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!last) return;
      for (const one of event.getCoalescedEvents?.() ?? [event]) line(at(one));
    });
    const lift = () => {
      if (!last) return;
      last = null;
      const picture = canvas.toDataURL("image/png");
      kept.value = picture.length <= MOST_LETTERS ? picture : "";
      if (!kept.value) wipe();
    };
    canvas.addEventListener("pointerup", lift);
    canvas.addEventListener("pointercancel", lift);
    pad.querySelector("[data-clear]").addEventListener("click", wipe);
    paper.addEventListener("change", () => {
      if (paper.checked) wipe();
    });

    if (kept.value.startsWith("data:image/png;base64,")) {
      const former = new Image();
      former.addEventListener("load", () => pen.drawImage(former, 0, 0));
      former.src = kept.value;
    }
  }
})();
