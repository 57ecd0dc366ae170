"""What the adviser says, in seven languages: a line a message, a column a language (en, es, fr, de, pt, zh, ar)."""

from __future__ import annotations

LANGUAGES = ("en", "es", "fr", "de", "pt", "zh", "ar")
_LINES = """
fit | These courses fit what you asked for: | Estos cursos encajan con lo que pides: | Ces cours correspondent à ce que vous cherchez : | Diese Kurse passen zu dem, was Sie suchen: | Estes cursos combinam com o que você pediu: | 这些课程合适： | هذه الدورات مناسبة:
near | Nothing in the catalogue fits that exactly; the nearest: | Nada en el catálogo encaja exactamente; lo más cercano: | Rien dans le catalogue ne convient exactement ; le plus proche : | Nichts im Katalog passt genau; am nächsten kommt: | Nada no catálogo combina exatamente; o mais próximo: | 目录中没有完全符合的课程；最接近的是： | لا شيء في الدليل يطابق ذلك تماما؛ الأقرب:
nothing | Nothing in the catalogue fits that. Shall I look more widely? | No hay nada en el catálogo que encaje. ¿Busco algo más amplio? | Rien dans le catalogue ne convient. Dois-je chercher plus largement ? | Nichts im Katalog passt dazu. Soll ich breiter suchen? | Nada no catálogo combina com isso. Procuro algo mais amplo? | 目录中没有合适的课程。要放宽条件再找吗？ | لا شيء في الدليل يناسب ذلك. هل أبحث بشكل أوسع؟
no_more | Nothing more fits; I have shown you all there is on that. | No hay nada más que encaje; ya te lo he mostrado todo. | Rien d'autre ne convient ; j'ai tout montré. | Nichts Weiteres passt; ich habe alles gezeigt. | Nada mais combina; já mostrei tudo. | 没有更多合适的课程了。 | لا شيء آخر يناسب؛ عرضت كل ما لدي.
ask | What would you like to learn: a language, something for work such as data analysis, or something creative such as music? | ¿Qué te gustaría aprender: un idioma, algo para el trabajo como análisis de datos, o algo creativo como la música? | Qu'aimeriez-vous apprendre : une langue, quelque chose pour le travail comme l'analyse de données, ou quelque chose de créatif comme la musique ? | Was möchten Sie lernen: eine Sprache, etwas für die Arbeit wie Datenanalyse oder etwas Kreatives wie Musik? | O que você gostaria de aprender: um idioma, algo para o trabalho como análise de dados, ou algo criativo como música? | 您想学什么：一门语言、数据分析这样的职业技能，还是音乐这样的创意课程？ | ماذا تريد أن تتعلم: لغة، أو شيئا للعمل مثل تحليل البيانات، أو شيئا إبداعيا مثل الموسيقى؟
which | Which course do you mean? | ¿A qué curso te refieres? | De quel cours parlez-vous ? | Welchen Kurs meinen Sie? | De qual curso você está falando? | 您指的是哪门课？ | أي دورة تقصد؟
cannot | I can't do that; I can only help you find and choose courses. | No puedo hacer eso; solo puedo ayudarte a encontrar y elegir cursos. | Je ne peux pas faire cela ; je peux seulement vous aider à trouver et choisir des cours. | Das kann ich nicht; ich kann nur helfen, Kurse zu finden und auszuwählen. | Não posso fazer isso; só posso ajudar a encontrar e escolher cursos. | 我无法做到；我只能帮您查找和选择课程。 | لا أستطيع فعل ذلك؛ أستطيع فقط مساعدتك في العثور على الدورات واختيارها.
others | I can't show that: I can only show your own courses, never another learner's. | No puedo mostrar eso: solo tus propios cursos, nunca los de otra persona. | Je ne peux pas montrer cela : seulement vos propres cours, jamais ceux d'autrui. | Das kann ich nicht zeigen: nur Ihre eigenen Kurse, nie die anderer. | Não posso mostrar isso: só os seus cursos, nunca os de outra pessoa. | 我无法显示：只能显示您自己的课程，不能显示他人的。 | لا أستطيع عرض ذلك: دوراتك فقط، وليس دورات غيرك.
emergency | I can't help with that, I only know courses: if somebody is in danger, call the local emergency number or see a doctor now; please don't wait. | No puedo ayudar con eso, solo sé de cursos: si alguien está en peligro, llama ahora al número de emergencias de tu país o ve al médico; no esperes, por favor. | Je ne peux pas aider pour cela, je ne connais que les cours : si quelqu'un est en danger, appelez tout de suite les urgences ou voyez un médecin ; n'attendez pas. | Dabei kann ich nicht helfen, ich kenne nur Kurse: Ist jemand in Gefahr, rufen Sie jetzt den Notruf oder gehen Sie zum Arzt; bitte warten Sie nicht. | Não posso ajudar com isso, só conheço cursos: se alguém está em perigo, ligue agora para o número de emergência local ou procure um médico; não espere, por favor. | 这件事我帮不了，我只了解课程：如果有人处于危险中，请立即拨打当地急救电话或马上就医，不要等待。 | لا أستطيع المساعدة في هذا، فأنا أعرف الدورات فقط: إن كان أحد في خطر فاتصل الآن برقم الطوارئ المحلي أو اذهب إلى الطبيب فورا، ولا تنتظر.
greeting | Hello! Tell me what you would like to learn. | ¡Hola! Dime qué te gustaría aprender. | Bonjour ! Dites-moi ce que vous aimeriez apprendre. | Hallo! Sagen Sie mir, was Sie lernen möchten. | Olá! Diga o que você gostaria de aprender. | 您好！告诉我您想学什么。 | مرحبا! قل لي ماذا تريد أن تتعلم.
thanks | You are welcome. Tell me another topic whenever you like. | De nada. Dime otro tema cuando quieras. | Avec plaisir. Donnez-moi un autre sujet quand vous voulez. | Gern geschehen. Nennen Sie mir jederzeit ein anderes Thema. | De nada. Diga outro assunto quando quiser. | 不客气。随时告诉我别的主题。 | على الرحب والسعة. اذكر لي موضوعا آخر متى شئت.
capability | I am a course adviser: I find courses in this catalogue, compare them and explain what they need. | Soy un asesor de cursos: busco cursos en este catálogo, los comparo y explico qué requieren. | Je suis un conseiller : je trouve des cours dans ce catalogue, je les compare et j'explique ce qu'ils demandent. | Ich bin ein Kursberater: Ich finde Kurse in diesem Katalog, vergleiche sie und erkläre, was sie voraussetzen. | Sou um orientador de cursos: encontro cursos neste catálogo, comparo e explico o que exigem. | 我是课程顾问：查找、比较课程，并说明所需基础。 | أنا مرشد دورات: أجد الدورات في هذا الدليل وأقارنها وأشرح متطلباتها.
failed | I could not look that up: | No pude consultarlo: | Je n'ai pas pu le vérifier : | Das konnte ich nicht nachsehen: | Não consegui consultar: | 我无法查询： | لم أتمكن من البحث:
silent | A part of the system does not answer at the moment. Please ask again in a minute. | Una parte del sistema no responde ahora mismo. Vuelve a preguntar en un minuto. | Une partie du système ne répond pas en ce moment. Redemandez dans une minute. | Ein Teil des Systems antwortet gerade nicht. Bitte fragen Sie in einer Minute noch einmal. | Uma parte do sistema não responde agora. Pergunte de novo em um minuto. | 系统的一部分暂时没有响应。请过一分钟再问。 | جزء من النظام لا يستجيب الآن. اسأل مرة أخرى بعد دقيقة.
silent_course_index | The course index does not answer at the moment, so I could not look anything up. Please ask again in a minute. | El índice de cursos no responde ahora mismo y no pude buscar. Vuelve a preguntar en un minuto. | L'index des cours ne répond pas en ce moment, je n'ai donc rien pu chercher. Redemandez dans une minute. | Das Kursverzeichnis antwortet gerade nicht, deshalb konnte ich nicht suchen. Bitte fragen Sie in einer Minute noch einmal. | O índice de cursos não responde agora e não pude buscar. Pergunte de novo em um minuto. | 课程索引暂时没有响应，所以我没能查找。请过一分钟再问。 | فهرس الدورات لا يستجيب الآن، لذلك لم أتمكن من البحث. اسأل مرة أخرى بعد دقيقة.
silent_enrollments | The record of your courses does not answer at the moment, and without it I might suggest what you took. Please ask again in a minute. | El registro de tus cursos no responde ahora mismo, y sin él podría sugerirte lo que ya cursaste. Vuelve a preguntar en un minuto. | Le relevé de vos cours ne répond pas en ce moment, et sans lui je pourrais proposer ce que vous avez suivi. Redemandez dans une minute. | Das Verzeichnis Ihrer Kurse antwortet gerade nicht, und ohne es könnte ich Belegtes vorschlagen. Bitte fragen Sie in einer Minute noch einmal. | O registro dos seus cursos não responde agora, e sem ele eu poderia sugerir o que você já fez. Pergunte de novo em um minuto. | 您的学习记录暂时没有响应，没有它我可能会推荐您学过的课程。请过一分钟再问。 | سجل دوراتك لا يستجيب الآن، وبدونه قد أقترح ما أخذته. اسأل مرة أخرى بعد دقيقة.
next | From your history, next could be: | Según tu historial, lo siguiente podría ser: | D'après votre parcours, la suite pourrait être : | Nach Ihrem Verlauf könnte als Nächstes kommen: | Pelo seu histórico, o próximo poderia ser: | 根据您的学习记录，接下来可以学： | بناء على سجلك، قد يكون التالي:
history | Your courses, newest first: | Tus cursos, del más reciente al más antiguo: | Vos cours, du plus récent au plus ancien : | Ihre Kurse, die neuesten zuerst: | Seus cursos, do mais recente ao mais antigo: | 您的课程（最新在前）： | دوراتك، الأحدث أولا:
none_taken | You are not enrolled in any course yet. | Aún no estás inscrito en ningún curso. | Vous n'êtes inscrit à aucun cours. | Sie sind noch in keinem Kurs eingeschrieben. | Você ainda não está inscrito em nenhum curso. | 您还没有报名任何课程。 | لست مسجلا في أي دورة بعد.
no_prerequisites | needs no course before it. | no pide ningún curso antes. | ne demande aucun cours avant. | setzt keinen Kurs voraus. | não exige nenhum curso antes. | 不需要先修课程。 | لا تتطلب أي دورة قبلها.
prerequisites | first asks for: | pide antes: | demande d'abord : | setzt voraus: | pede antes: | 需要先修： | تتطلب أولا:
prerequisites_in_order | first asks for, in this order: | pide antes, en este orden: | demande d'abord, dans cet ordre : | setzt in dieser Reihenfolge voraus: | pede antes, nesta ordem: | 需要按这个顺序先修： | تتطلب أولا، بهذا الترتيب:
missing_in_order | Not yet; you still need, in this order: | Todavía no; te falta, en este orden: | Pas encore ; il vous manque, dans cet ordre : | Noch nicht; es fehlt, in dieser Reihenfolge: | Ainda não; falta, nesta ordem: | 还没有；您还需按这个顺序学： | ليس بعد؛ ينقصك، بهذا الترتيب:
has_all | Yes, you have all of it. | Sí, ya tienes todo. | Oui, vous avez tout. | Ja, Sie haben alles. | Sim, você já tem tudo. | 是的，您都已学过。 | نعم، لديك كل ذلك.
missing | Not yet; you still need: | Todavía no; te falta: | Pas encore ; il vous manque : | Noch nicht; es fehlt: | Ainda não; falta: | 还没有；您还缺： | ليس بعد؛ ينقصك:
leads | leads to: | lleva a: | mène à : | führt zu: | leva a: | 之后可以学： | تؤدي إلى:
leads_nowhere | No course in the catalogue builds on it. | Ningún curso del catálogo lo continúa. | Aucun cours du catalogue ne le prolonge. | Kein Kurs im Katalog baut darauf auf. | Nenhum curso do catálogo continua este. | 目录中没有以它为基础的后续课程。 | لا توجد دورة تبنى عليها.
yes | Yes. | Sí. | Oui. | Ja. | Sim. | 是的。 | نعم.
no | No, not in that language. | No, no en ese idioma. | Non, pas dans cette langue. | Nein, nicht in dieser Sprache. | Não, não nesse idioma. | 不是，没有这种语言的。 | لا، ليست بهذه اللغة.
because | It is the best match, because of what you asked and what you have done. | Es lo que mejor encaja, porque coincide con lo que pides y lo que ya has hecho. | C'est ce qui convient le mieux, car il correspond à votre demande et à votre parcours. | Er passt am besten, weil er zu Ihrer Frage und zu Ihrem Verlauf passt. | É o que mais combina, porque corresponde ao que você pediu e ao que já fez. | 它最合适，因为符合您的要求和学习经历。 | هي الأنسب لأنها توافق طلبك وما درسته.
first | start with this one. | empieza por este. | commencez par celui-ci. | damit anfangen. | comece por este. | 先学这门。 | ابدأ بهذه.
then | Then: | Después: | Ensuite : | Danach: | Depois: | 然后： | ثم:
none_of_them | None of them. | Ninguno de ellos. | Aucun d'eux. | Keiner davon. | Nenhum deles. | 其中没有。 | لا شيء منها.
ready | You have everything it needs, so you can start directly with: | Ya tienes todo lo necesario; puedes empezar directamente con: | Vous avez tout ce qu'il faut ; vous pouvez commencer directement par : | Sie haben alles, was nötig ist, und können direkt anfangen mit: | Você já tem tudo o que precisa; pode começar direto com: | 您已具备所需基础，可以直接学： | لديك كل ما يلزم؛ يمكنك البدء مباشرة بـ:
level | Level: | Nivel: | Niveau : | Niveau: | Nível: | 级别： | المستوى:
taught | Taught in: | Se imparte en: | Langue : | Unterrichtssprache: | Idioma: | 授课语言： | لغة التدريس:
offered | Offered by: | Lo ofrece: | Proposé par : | Angeboten von: | Oferecido por: | 开课机构： | تقدمها:
teaches | It teaches: | Enseña: | On y apprend : | Er vermittelt: | Ensina: | 内容： | تعلم:
starts | Runs: | Ediciones: | Sessions : | Durchläufe: | Turmas: | 开课时间： | المواعيد:
open | Available now | Disponible ahora | Disponible maintenant | Jetzt verfügbar | Disponível agora | 现在可以学习 | متاحة الآن
upcoming | Upcoming | Próximamente | À venir | Demnächst | Em breve | 即将开课 | قادمة
archived | Archived | Archivado | Archivé | Archiviert | Arquivado | 已归档 | مؤرشفة
count | Enrollments: | Inscripciones: | Inscriptions : | Anmeldungen: | Inscrições: | 报名人数： | عدد المسجلين:
unknown | The catalogue does not tell that. | El catálogo no lo dice. | Le catalogue ne le dit pas. | Das steht nicht im Katalog. | O catálogo não informa isso. | 目录没有说明。 | الدليل لا يذكر ذلك.
described | The description says: | La descripción dice: | La description dit : | Die Beschreibung sagt: | A descrição diz: | 课程介绍说： | يقول الوصف:
pacing | Pace: | Ritmo: | Rythme : | Tempo: | Ritmo: | 进度： | الوتيرة:
self | self-paced, at your own pace | a tu propio ritmo | à votre propre rythme | im eigenen Tempo | no seu próprio ritmo | 自学，按自己的进度 | ذاتية، حسب سرعتك
instructor | led by an instructor, with fixed dates | con docente y fechas fijas | avec un enseignant, à dates fixes | angeleitet, mit festen Terminen | com docente e datas fixas | 教师授课，固定日期 | بإشراف مدرس وبمواعيد ثابتة
hours | Hours in all, about: | Horas en total, aproximadamente: | Heures au total, environ : | Stunden insgesamt, etwa: | Horas no total, cerca de: | 总学时约： | مجموع الساعات تقريبا:
path | In this order: | En este orden: | Dans cet ordre : | In dieser Reihenfolge: | Nesta ordem: | 按这个顺序： | بهذا الترتيب:
taken | You have taken it. | Ya lo has cursado. | Vous l'avez suivi. | Sie haben ihn belegt. | Você já fez. | 您已经学过。 | لقد أخذتها.
taking | You are taking now: | Ahora cursas: | Vous suivez en ce moment : | Sie belegen gerade: | Você está fazendo agora: | 您正在学： | تدرس الآن:
not_taken | You have not taken it. | No lo has cursado. | Vous ne l'avez pas suivi. | Sie haben ihn nicht belegt. | Você não fez. | 您还没有学过。 | لم تأخذها.
Introductory | introductory, for beginners | introductorio, para principiantes | introductif, pour débutants | Einsteiger, für Anfänger | introdutório, para iniciantes | 入门，适合初学者 | تمهيدي، للمبتدئين
Intermediate | intermediate | intermedio | intermédiaire | Mittelstufe | intermediário | 中级 | متوسط
Advanced | advanced, hard for beginners | avanzado, difícil para principiantes | avancé, difficile pour débuter | fortgeschritten, schwer für Anfänger | avançado, difícil para iniciantes | 高级，对初学者较难 | متقدم، صعب على المبتدئين
English | English | inglés | anglais | Englisch | inglês | 英语 | الإنجليزية
Spanish | Spanish | español | espagnol | Spanisch | espanhol | 西班牙语 | الإسبانية
French | French | francés | français | Französisch | francês | 法语 | الفرنسية
German | German | alemán | allemand | Deutsch | alemão | 德语 | الألمانية
Portuguese | Portuguese | portugués | portugais | Portugiesisch | português | 葡萄牙语 | البرتغالية
Chinese | Chinese | chino | chinois | Chinesisch | chinês | 中文 | الصينية
Japanese | Japanese | japonés | japonais | Japanisch | japonês | 日语 | اليابانية
Italian | Italian | italiano | italien | Italienisch | italiano | 意大利语 | الإيطالية
Hindi | Hindi | hindi | hindi | Hindi | hindi | 印地语 | الهندية
Korean | Korean | coreano | coréen | Koreanisch | coreano | 韩语 | الكورية
Russian | Russian | ruso | russe | Russisch | russo | 俄语 | الروسية
Arabic | Arabic | árabe | arabe | Arabisch | árabe | 阿拉伯语 | العربية
"""
_MESSAGES = {
    cells[0]: dict(zip(LANGUAGES, cells[1:], strict=True))
    for cells in ([cell.strip() for cell in line.split("|")] for line in _LINES.strip().splitlines())
}


def say(name: str, language: str) -> str:
    """Give a message in a language; in English where that language is none of ours, as it stands where no message."""
    message = _MESSAGES.get(name)
    return (message.get(language) or message["en"]) if message else name


def silence(part: str, language: str) -> str:
    """Say that a part of the system does not answer, by its name in the API's problems."""
    return say(f"silent_{part}" if part in ("course_index", "enrollments") else "silent", language)
