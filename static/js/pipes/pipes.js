// The map of pipelines: what its parts share. Asking the server, and saying things in the reader's language.
"use strict";

window.Pipes = (() => {
  const token = document.querySelector("meta[name=csrf-token]")?.content;
  const PLACE = /%\((\w+)\)s/g;
  let words = {};

  // What the server refused, or that it could not be reached (status 0).
  class Refusal extends Error {
    constructor(status, problems = []) {
      super(`status ${status}`);
      this.status = status;
      this.problems = problems;
    }
  }

  const isJson = (answer) => Boolean(answer.headers.get("Content-Type")?.includes("json"));

  async function problemsOf(answer) {
    return isJson(answer) ? (await answer.json()).problems || [] : [];
  }

  // A signed-out reader is sent to the log-in page, which fetch follows silently; what is posted is refused with 400
  // before that, because the token went with the session.
  const signedOut = (answer) => (answer.redirected && new URL(answer.url).pathname === "/login") || (answer.status === 400 && !isJson(answer));

  async function ask(url, options = {}) {
    const headers = { "X-CSRFToken": token, ...options.headers };
    const answer = await fetch(url, { ...options, headers }).catch(() => { throw new Refusal(0); });
    if (signedOut(answer)) throw new Refusal(401);
    if (!answer.ok) throw new Refusal(answer.status, await problemsOf(answer));
    return answer;
  }

  const read = async (url) => (await ask(url, { headers: { Accept: "application/json" } })).json();

  const postForm = (url, values) => ask(url, { method: "POST", body: new URLSearchParams(values) });

  const postJson = (url, content) => ask(url, {
    method: "POST",
    body: JSON.stringify(content),
    headers: { "Content-Type": "application/json", Accept: "application/json" },
  });

  function say(key, values = {}) {
    return (words[key] ?? key).replace(PLACE, (whole, name) => values[name] ?? whole);
  }

  // A sentence for whatever went wrong; the server's own sentences first.
  function reason(error) {
    if (!(error instanceof Refusal)) return say("fault");
    if (error.problems.length) return error.problems.map((problem) => problem.message).join(" ");
    const known = { 0: "offline", 401: "signed_out", 403: "forbidden", 404: "gone", 413: "too_large" };
    return say(known[error.status] ?? (error.status >= 500 ? "server" : "refused"));
  }

  const learn = (labels) => { words = labels; };

  const part = (name) => document.querySelector(`[data-part="${name}"]`);

  return { Refusal, ask, read, postForm, postJson, say, reason, learn, part };
})();
