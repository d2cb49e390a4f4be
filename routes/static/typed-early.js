// On a slow line people type before the scripts are there: what stands in the field by then is
// looked up as if it had been typed now.
document.addEventListener("DOMContentLoaded", () => {
  "use strict";
  const field = document.activeElement;
  if (field?.matches("[hx-trigger*=typed-early]") && field.value !== field.defaultValue)
    htmx.trigger(field, "typed-early");
});
