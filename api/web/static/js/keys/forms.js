// Forms whose command the resident's own key signs: the panel opens when the form is sent, and the
// form goes out with the signatures. A form without the panel is sent as any other.

import { signPrepared } from "../wallet/signing.js";
import { opened } from "./opening.js";
import { operatorBy } from "./operator.js";
import { wordsOf } from "./words.js";

for (const panel of document.querySelectorAll("[data-signing]"))
  panel.closest("form").addEventListener("submit", (event) => {
    event.preventDefault();
    sign(event.target, panel, event.submitter);
  });

async function sign(form, panel, submitter) {
  if (form.dataset.signing) return;
  form.dataset.signing = "yes";
  panel.hidden = false;
  panel.querySelector("h2").focus();
  const [prepared, expected, accounts] = ["prepared", "expected", "accounts"].map((name) => JSON.parse(panel.dataset[name]));
  const operator = operatorBy(panel.dataset.form);
  for (;;)
    try {
      const keys = await operator.state();
      const open = () => opened(panel.querySelector("[data-opening]"), operator, keys);
      const signed = await signPrepared(prepared, { keys, open, expected, accounts });
      form.elements.signed.value = JSON.stringify(signed);
      if (submitter?.name) form.append(Object.assign(document.createElement("input"), { type: "hidden", name: submitter.name, value: submitter.value }));
      form.submit();
      return;
    } catch (error) {
      const said = panel.querySelector("[data-said]");
      said.textContent = wordsOf(error).join(" ");
      said.hidden = false;
      if (error.code !== "other-key") {
        delete form.dataset.signing;
        return; // sent again by the resident
      }
    }
}
