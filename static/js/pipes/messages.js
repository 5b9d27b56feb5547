// What the page says: a quiet line for screen readers, and a notice over the map for what went wrong or is missing.
/* global Pipes */
"use strict";

(() => {
  class Messages {
    constructor() {
      this.live = Pipes.part("live");
      this.notice = Pipes.part("notice");
      this.words = this.notice.querySelector("[data-words]");
      this.login = this.notice.querySelector("[data-login]");
      this.notice.querySelector("[data-hide]").addEventListener("click", () => this.clear());
    }

    // Said, not shown: the map shows it already.
    tell(text) {
      this.live.textContent = text;
    }

    fault(error) {
      const text = Pipes.reason(error);
      if (this.words.textContent === text && !this.notice.hidden) return;
      this.words.textContent = text;
      this.login.hidden = error.status !== 401;
      this.notice.hidden = false;
    }

    clear() {
      this.notice.hidden = true;
      this.words.textContent = "";
    }
  }

  Pipes.Messages = Messages;
})();
