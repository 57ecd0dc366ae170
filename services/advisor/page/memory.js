// Keeps a conversation in this tab, so that a reload loses nothing and closing the tab forgets it. Never a token.

const MOST_TURNS = 30;

class Memory {
  constructor(key) {
    this.key = `course-adviser:${key}`;
  }

  read() {
    try {
      const kept = JSON.parse(sessionStorage.getItem(this.key));
      return kept && Array.isArray(kept.turns) ? kept : { turns: [], draft: "" };
    } catch {
      return { turns: [], draft: "" };
    }
  }

  write(turns, draft) {
    try {
      sessionStorage.setItem(this.key, JSON.stringify({ turns: turns.slice(-MOST_TURNS), draft }));
    } catch {
      // A page without storage, or a full one: the conversation lasts as long as the page.
    }
  }
}
