// Shows the passkey buttons where passkeys can work; without script or passkeys the password is the way in.
if (window.PublicKeyCredential) {
  for (const id of ["passkey_login", "mfa_webauthn_authenticate"]) {
    document.getElementById(id)?.removeAttribute("hidden");
  }
}
