// What one may ask next, where the adviser itself suggests nothing: questions that it answers, in the conversation's language.

// Of several courses: is the first hard, what does it need, beginners only, more. Of one: what does it need, where does it lead, what is like it.
const NEXT = {
  en: [["Is the first one hard?", "What do I need for the first one?", "Only for beginners", "Show me more"], ["What do I need for it?", "What does it lead to?", "Something similar"]],
  es: [["¿Es difícil el primero?", "¿Qué necesito para el primero?", "Solo para principiantes", "Muéstrame más"], ["¿Qué necesito para ese curso?", "¿A qué lleva?", "Algo parecido"]],
  fr: [["Le premier est-il difficile ?", "Que faut-il savoir pour le premier ?", "Seulement pour débutants", "Montre-moi d'autres cours"], ["Que faut-il savoir pour ce cours ?", "À quoi mène-t-il ?", "Quelque chose de similaire"]],
  de: [["Ist der erste schwer?", "Was brauche ich für den ersten?", "Nur für Anfänger", "Zeig mir mehr"], ["Was brauche ich dafür?", "Wohin führt er?", "Etwas Ähnliches"]],
  pt: [["O primeiro é difícil?", "O que preciso para o primeiro?", "Só para iniciantes", "Mostre-me mais"], ["O que preciso para esse curso?", "A que leva?", "Algo parecido"]],
  zh: [["第一门难吗？", "第一门需要什么基础？", "只要入门课程", "再多来几门"], ["这门课需要什么基础？", "学完能继续学什么？", "有类似的吗？"]],
  ar: [["هل الأول صعب؟", "ماذا أحتاج للدورة الأولى؟", "للمبتدئين فقط", "أرني المزيد"], ["ماذا أحتاج لهذه الدورة؟", "إلى ماذا تؤدي؟", "شيء مشابه"]],
};

function nextQuestions({ answer, path }) {
  const told = answer.understood || {}, { courses } = answer;
  if (answer.suggestions?.length) return answer.suggestions.map(one => (typeof one === "string" ? { text: one } : one));
  const known = NEXT[told.spoken || "en"];
  if (!known || answer.stop === "clarifying") return [];
  const [[hard, needs, easy, more], one] = known;
  const list = courses.length > 1 ? [hard, needs, !path && !told.level && easy, !path && more] : courses.length === 1 || told.in_focus ? one : [];
  return list.filter(Boolean).map(text => ({ text, lang: told.spoken }));
}
