// Passkeys need a script: only the browser can ask the device. A form with data-passkey asks our server for the
// options, gives them to the device, puts the answer in its hidden field and posts itself like any form. Where the
// browser has no passkeys the form stays hidden.
"use strict";

const bytes = (text) => {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (c) => c.charCodeAt(0));
};

const letters = (buffer) => {
  let plain = "";
  for (const b of new Uint8Array(buffer)) plain += String.fromCharCode(b);
  return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
};

const described = (list) => (list || []).map((k) => ({ ...k, id: bytes(k.id) }));

async function create(o) {
  const key = await navigator.credentials.create({
    publicKey: {
      ...o,
      challenge: bytes(o.challenge),
      user: { ...o.user, id: bytes(o.user.id) },
      excludeCredentials: described(o.excludeCredentials),
    },
  });
  return {
    id: key.id,
    rawId: letters(key.rawId),
    type: key.type,
    response: {
      clientDataJSON: letters(key.response.clientDataJSON),
      attestationObject: letters(key.response.attestationObject),
      transports: key.response.getTransports ? key.response.getTransports() : [],
    },
  };
}

async function get(o) {
  const key = await navigator.credentials.get({
    publicKey: { ...o, challenge: bytes(o.challenge), allowCredentials: described(o.allowCredentials) },
  });
  return {
    id: key.id,
    rawId: letters(key.rawId),
    type: key.type,
    response: {
      clientDataJSON: letters(key.response.clientDataJSON),
      authenticatorData: letters(key.response.authenticatorData),
      signature: letters(key.response.signature),
      userHandle: key.response.userHandle ? letters(key.response.userHandle) : null,
    },
  };
}

function ready(form) {
  const said = form.querySelector("[data-said]");
  const button = form.querySelector("button");
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    said.parentElement.hidden = true;
    button.disabled = true;
    try {
      const answer = await fetch(form.dataset.passkey, { method: "POST", headers: { Accept: "application/json" } });
      const body = await answer.json();
      if (!answer.ok) throw new Error(body.error.message);
      const o = body.publicKey;
      form.elements.answer.value = JSON.stringify(await (o.user ? create(o) : get(o)));
      form.submit();
    } catch (e) {
      // The device says no more than that it did not work, or that somebody closed its window.
      said.textContent = e.name === "Error" ? e.message : form.dataset.refused;
      said.parentElement.hidden = false;
      button.disabled = false;
    }
  });
}

if (window.PublicKeyCredential && navigator.credentials) {
  document.querySelectorAll("form[data-passkey]").forEach(ready);
}
