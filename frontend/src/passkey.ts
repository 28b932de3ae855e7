// Passkeys on forms marked data-passkey: "log-in" (alone), "prove" (as second factor) or "make" (a new one).
// A form stays hidden where passkeys cannot work: no WebAuthn, or a site reached by a number instead of a name.

type Options = Record<string, unknown>;
type Descriptor = { id: string; type: "public-key"; transports?: AuthenticatorTransport[] };

const NUMBER = /^(\d+\.){3}\d+$|^\[/;

function bytes(text: string): Uint8Array<ArrayBuffer> {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

function text(buffer: ArrayBuffer | null): string | null {
  if (!buffer) return null;
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

function descriptors(listed: unknown): PublicKeyCredentialDescriptor[] {
  return ((listed as Descriptor[] | undefined) ?? []).map((each) => ({ ...each, id: bytes(each.id) }));
}

async function ask(options: Options): Promise<object> {
  const given = (await navigator.credentials.get({
    publicKey: {
      ...(options as unknown as PublicKeyCredentialRequestOptions),
      challenge: bytes(options.challenge as string),
      allowCredentials: descriptors(options.allowCredentials),
    },
  })) as PublicKeyCredential;
  const response = given.response as AuthenticatorAssertionResponse;
  return {
    ...said(given),
    response: {
      clientDataJSON: text(response.clientDataJSON),
      authenticatorData: text(response.authenticatorData),
      signature: text(response.signature),
      userHandle: text(response.userHandle),
    },
  };
}

async function make(options: Options): Promise<object> {
  const user = options.user as { id: string; name: string; displayName: string };
  const made = (await navigator.credentials.create({
    publicKey: {
      ...(options as unknown as PublicKeyCredentialCreationOptions),
      challenge: bytes(options.challenge as string),
      user: { ...user, id: bytes(user.id) },
      excludeCredentials: descriptors(options.excludeCredentials),
    },
  })) as PublicKeyCredential;
  const response = made.response as AuthenticatorAttestationResponse;
  return {
    ...said(made),
    response: {
      clientDataJSON: text(response.clientDataJSON),
      attestationObject: text(response.attestationObject),
      transports: response.getTransports(),
    },
  };
}

function said(credential: PublicKeyCredential): object {
  return {
    type: credential.type,
    id: credential.id,
    rawId: text(credential.rawId),
    authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: credential.getClientExtensionResults(),
  };
}

async function optionsOf(form: HTMLFormElement): Promise<Options> {
  const written = form.querySelector("#passkey-options")?.textContent;
  if (written) return JSON.parse(written).publicKey;
  const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return (await answer.json()).request_options.publicKey;
}

async function send(form: HTMLFormElement): Promise<void> {
  const failure = form.querySelector<HTMLElement>("[data-passkey-failure]");
  const button = form.querySelector<HTMLButtonElement>("button[type=submit]");
  const credential = form.elements.namedItem("credential") as HTMLInputElement;
  if (failure) failure.hidden = true;
  if (button) button.disabled = true;
  try {
    const options = await optionsOf(form);
    credential.value = JSON.stringify(await (form.dataset.passkey === "make" ? make(options) : ask(options)));
    form.submit();
  } catch {
    // Refused by the person, no such key here, or out of time: the browser does not say which, on purpose.
    if (failure) failure.hidden = false;
    if (button) button.disabled = false;
  }
}

if ("credentials" in navigator && "PublicKeyCredential" in window && !NUMBER.test(location.hostname)) {
  document.querySelector("[data-passkey-absent]")?.remove();
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (form.reportValidity()) void send(form);
    });
  }
}
