// What one may ask next, where the adviser itself suggests nothing: questions that it answers, in the one language they are written in.

function nextQuestions({ answer, path }) {
  const told = answer.understood || {}, { courses } = answer;
  if (answer.suggestions?.length) return answer.suggestions.map(one => (typeof one === "string" ? { text: one } : one));
  if ((told.spoken || "en") !== "en" || answer.stop === "clarifying") return [];
  const list = courses.length > 1
    ? ["Is the first one hard?", "What do I need for the first one?", !path && !told.level && "Only for beginners", !path && "Show me more"]
    : courses.length === 1 || told.in_focus ? ["What do I need for it?", "What does it lead to?", "Something similar"] : [];
  return list.filter(Boolean).map(text => ({ text }));
}
