"use strict";
// Passkeys: asks the browser for one, and hands what it says to the form. Without it one signs in with a password and a code.
(() => {
  const ask = async (form) => {
    const how = form.dataset.passkey;
    if (how === "create") {
      const options = JSON.parse(form.dataset.options);
      const alone = form.querySelector("[name=passwordless]");
      const wanted = options.publicKey.authenticatorSelection;
      wanted.residentKey = alone && alone.checked ? "required" : "discouraged";
      wanted.requireResidentKey = Boolean(alone && alone.checked);
      if (alone && alone.checked) wanted.userVerification = "required";
      return webauthnJSON.create(options);
    }
    if (how === "get") return webauthnJSON.get(JSON.parse(form.dataset.options));
    const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    return webauthnJSON.get((await answer.json()).request_options);
  };
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    const failed = form.querySelector("[data-failed]");
    form.hidden = !window.PublicKeyCredential;
    form.addEventListener("submit", async (event) => {
      const field = form.querySelector("[name=credential]");
      if (field.value) return;
      event.preventDefault();
      failed.hidden = true;
      try {
        field.value = JSON.stringify(await ask(form));
        form.submit();
      } catch {
        failed.hidden = false;
      }
    });
  }
})();
