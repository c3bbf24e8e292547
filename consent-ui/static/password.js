// Adds « Afficher le mot de passe » to each password field that carries the labels in its data attributes:
// data-show, data-hide (the verbs) and data-what (the rest of the label, hidden on narrow screens but always read out).
for (const input of document.querySelectorAll("input[type=password][data-show]")) {
  const verb = document.createElement("span");
  const what = document.createElement("span");
  what.className = "reveal-what";
  what.textContent = ` ${input.dataset.what}`;

  const button = document.createElement("button");
  button.type = "button";
  button.className = "reveal";
  button.setAttribute("aria-controls", input.id);
  button.append(verb, what);

  const show = (visible) => {
    input.type = visible ? "text" : "password";
    verb.textContent = visible ? input.dataset.hide : input.dataset.show;
  };
  button.addEventListener("click", () => show(input.type === "password"));
  // Sent as a password again, so that browsers never keep it among the words typed in text fields.
  input.form?.addEventListener("submit", () => show(false));

  show(false);
  input.after(button);
}
