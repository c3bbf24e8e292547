// Shows which parts of the password rule are met while one types. The list names its field (data-rules-of), its status
// message (data-status) and the words to say (data-met, data-unmet, data-missing, data-complete); each item names its
// part (data-rule). The server decides by the same rule: nothing here holds the form back.
const parts = {
  length: (text) => [...text].length >= 8,
  lower: (text) => /\p{Lowercase}/u.test(text),
  upper: (text) => /\p{Uppercase}/u.test(text),
  digit: (text) => /[0-9]/.test(text),
  special: (text) => /[^\p{Alphabetic}\p{N}]/u.test(text),
};
// Long enough that a screen reader speaks between two words, not between two letters.
const QUIET_MILLISECONDS = 500;

for (const list of document.querySelectorAll("ul[data-rules-of]")) {
  const input = document.getElementById(list.dataset.rulesOf);
  const status = document.getElementById(list.dataset.status);
  if (!input || !status) continue;

  const rules = [...list.querySelectorAll("li[data-rule]")].map((item) => {
    const state = document.createElement("span");
    state.className = "state";
    const name = item.textContent.trim();
    item.append(" ", state);
    return { item, state, name, holds: parts[item.dataset.rule] };
  });

  const check = () => {
    const text = input.value.normalize("NFC");
    const missing = [];
    for (const { item, state, name, holds } of rules) {
      const met = holds?.(text) ?? false;
      item.classList.toggle("met", met);
      state.textContent = met ? list.dataset.met : list.dataset.unmet;
      if (!met) missing.push(name);
    }
    return missing;
  };

  const announce = (missing) => {
    const { complete, missing: lead } = list.dataset;
    const message = missing.length === 0 ? complete : `${lead} ${missing.join(", ")}.`;
    // The same words again would be read again.
    if (status.textContent !== message) status.textContent = message;
  };

  let timer;
  input.addEventListener("input", () => {
    const missing = check();
    clearTimeout(timer);
    timer = setTimeout(announce, QUIET_MILLISECONDS, missing);
  });

  check();
  list.hidden = false;
}
