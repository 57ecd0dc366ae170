"""What people call a subject in their own language, and its English name: most catalogues describe courses in English.

A table of concepts; `synonyms` makes one-way synonyms of it, from the other languages into English. Only that way
round: who asks in German can mostly use an English course, and sees the German one first; who asks in English is not
sent to German ones. Words that mean something else in English ("sport", "die") and are no subject stay out.
"""

from __future__ import annotations

from collections.abc import Iterator

LANGUAGES = ("es", "fr", "de", "pt", "it", "zh", "ar")
"""The columns of the table below, ISO 639-1."""

_TABLE = """
artificial intelligence    | inteligencia artificial | intelligence artificielle | künstliche intelligenz | inteligência artificial | intelligenza artificiale | 人工智能 | الذكاء الاصطناعي
machine learning           | aprendizaje automático, aprendizaje de máquina | apprentissage automatique, apprentissage machine | maschinelles lernen | aprendizado de máquina, aprendizagem automática | apprendimento automatico | 机器学习 | تعلم الآلة, التعلم الآلي
deep learning              | aprendizaje profundo | apprentissage profond | tiefes lernen | aprendizado profundo, aprendizagem profunda | apprendimento profondo | 深度学习 | التعلم العميق
data science               | ciencia de datos | science des données | datenwissenschaft | ciência de dados | scienza dei dati | 数据科学 | علم البيانات
data analysis              | análisis de datos | analyse de données, analyse des données | datenanalyse | análise de dados | analisi dei dati | 数据分析 | تحليل البيانات
big data                   | datos masivos | mégadonnées | große datenmengen | grandes dados | grandi dati | 大数据 | البيانات الضخمة
database                   | base de datos, bases de datos | base de données, bases de données | datenbank, datenbanken | banco de dados, bases de dados | base di dati, basi di dati | 数据库 | قواعد البيانات
statistics                 | estadística | statistique, statistiques | statistik | estatística | statistica | 统计, 统计学 | الإحصاء, إحصاء
probability                | probabilidad | probabilité, probabilités | wahrscheinlichkeit | probabilidade | probabilità | 概率, 概率论 | الاحتمالات
programming                | programación, programar | programmation, programmer | programmierung, programmieren | programação, programar | programmazione, programmare | 编程, 程序设计 | البرمجة, برمجة
python                     | | | | | | | بايثون, البايثون
software engineering       | ingeniería de software | génie logiciel | softwareentwicklung, softwaretechnik | engenharia de software | ingegneria del software | 软件工程 | هندسة البرمجيات
computer science           | informática, ciencias de la computación | informatique | informatik | informática, ciência da computação | informatica | 计算机科学, 计算机 | علوم الحاسوب, علم الحاسوب
algorithms                 | algoritmos | algorithmes, algorithmique | algorithmen | algoritmos | algoritmi | 算法 | الخوارزميات
web development            | desarrollo web | développement web | webentwicklung | desenvolvimento web | sviluppo web | 网页开发, 前端开发 | تطوير الويب
mobile development         | desarrollo móvil | développement mobile | app-entwicklung | desenvolvimento mobile | sviluppo mobile | 移动开发 | تطوير تطبيقات الهاتف
video game                 | videojuego, videojuegos | jeu vidéo, jeux vidéo | videospiel, computerspiele | videogame, jogos digitais | videogioco, videogiochi | 游戏开发 | ألعاب الفيديو
cybersecurity              | ciberseguridad, seguridad informática | cybersécurité, sécurité informatique | it-sicherheit, cybersicherheit | cibersegurança, segurança da informação | sicurezza informatica | 网络安全 | الأمن السيبراني
privacy                    | protección de datos, privacidad | protection des données, vie privée | datenschutz | proteção de dados, privacidade | protezione dei dati | 隐私, 数据保护 | الخصوصية
networks                   | redes | réseaux | netzwerke | redes | reti | 网络 | الشبكات
cloud computing            | computación en la nube | informatique en nuage | cloud-computing | computação em nuvem | | 云计算 | الحوسبة السحابية
robotics                   | robótica | robotique | robotik | robótica | robotica | 机器人 | الروبوتات
electronics                | electrónica | électronique | elektronik | eletrônica | elettronica | 电子学 | الإلكترونيات
mathematics                | matemáticas | mathématiques, maths | mathematik | matemática | matematica | 数学 | الرياضيات
algebra                    | álgebra | algèbre | | álgebra | | 代数 | الجبر
linear algebra             | álgebra lineal | algèbre linéaire | lineare algebra | álgebra linear | algebra lineare | 线性代数 | الجبر الخطي
calculus                   | cálculo | calcul différentiel, calcul intégral | analysis, infinitesimalrechnung | cálculo | calcolo, analisi matematica | 微积分 | التفاضل والتكامل
geometry                   | geometría | géométrie | geometrie | geometria | geometria | 几何 | الهندسة الرياضية
logic                      | lógica | logique | logik | lógica | logica | 逻辑 | المنطق
physics                    | física | physique | physik | física | fisica | 物理, 物理学 | الفيزياء
chemistry                  | química | chimie | chemie | química | chimica | 化学 | الكيمياء
biology                    | biología | biologie | biologie | biologia | biologia | 生物, 生物学 | الأحياء
genetics                   | genética | génétique | genetik | genética | genetica | 遗传学 | علم الوراثة
astronomy                  | astronomía | astronomie | astronomie | astronomia | astronomia | 天文学 | علم الفلك
earth science              | geología | géologie | geologie | geologia | geologia | 地质学, 地理 | الجيولوجيا
climate change             | cambio climático | changement climatique, réchauffement climatique | klimawandel | mudanças climáticas, alterações climáticas | cambiamento climatico | 气候变化 | تغير المناخ
environment                | medio ambiente | environnement | umwelt, umweltschutz | meio ambiente | ambiente | 环境 | البيئة
sustainability             | sostenibilidad, desarrollo sostenible | développement durable, durabilité | nachhaltigkeit | sustentabilidade | sostenibilità | 可持续发展 | الاستدامة
energy                     | energía | énergie | energie | energia | energia | 能源 | الطاقة
renewable energy           | energías renovables, energía renovable | énergies renouvelables | erneuerbare energien | energias renováveis | energie rinnovabili | 可再生能源 | الطاقة المتجددة
agriculture                | agricultura | agriculture | landwirtschaft | agricultura | agricoltura | 农业 | الزراعة
engineering                | ingeniería | ingénierie | ingenieurwesen | engenharia | ingegneria | 工程 | الهندسة
architecture               | arquitectura | architecture | architektur | arquitetura | architettura | 建筑 | العمارة
medicine                   | medicina | médecine | medizin | medicina | medicina | 医学 | الطب
first aid                  | primeros auxilios | premiers secours | erste hilfe | primeiros socorros | primo soccorso | 急救 | الإسعافات الأولية
nursing                    | enfermería | soins infirmiers | krankenpflege, pflege | enfermagem | infermieristica | 护理 | التمريض
health                     | salud | santé | gesundheit | saúde | salute | 健康 | الصحة
public health              | salud pública | santé publique | öffentliche gesundheit | saúde pública | sanità pubblica | 公共卫生 | الصحة العامة
nutrition                  | nutrición | nutrition | ernährung | nutrição | nutrizione | 营养 | التغذية
psychology                 | psicología | psychologie | psychologie | psicologia | psicologia | 心理学 | علم النفس
mental health              | salud mental | santé mentale | psychische gesundheit | saúde mental | salute mentale | 心理健康 | الصحة النفسية
neuroscience               | neurociencia | neurosciences | neurowissenschaft | neurociência | neuroscienze | 神经科学 | علم الأعصاب
philosophy                 | filosofía | philosophie | philosophie | filosofia | filosofia | 哲学 | الفلسفة
ethics                     | ética | éthique | ethik | ética | etica | 伦理 | الأخلاق
history                    | historia | histoire | geschichte | história | storia | 历史 | التاريخ
literature                 | literatura | littérature | literatur | literatura | letteratura | 文学 | الأدب
creative writing           | escritura creativa | écriture créative | kreatives schreiben | escrita criativa | scrittura creativa | 写作 | الكتابة الإبداعية
language learning          | idiomas, lenguas extranjeras | langues étrangères | fremdsprachen, sprachen lernen | línguas estrangeiras, idiomas | lingue straniere | 外语 | تعلم اللغات
art                        | arte | arts plastiques | kunst | arte | arte | 艺术 | الفن
art history                | historia del arte | histoire de l'art | kunstgeschichte | história da arte | storia dell'arte | 艺术史 | تاريخ الفن
music                      | música | musique | musik | música | musica | 音乐 | الموسيقى
film                       | cine | cinéma | filmkunst | cinema | cinema | 电影 | السينما
photography                | fotografía | photographie | fotografie | fotografia | fotografia | 摄影 | التصوير
design                     | diseño | conception | gestaltung | projeto gráfico | progettazione | 设计 | التصميم
graphic design             | diseño gráfico | graphisme, design graphique | grafikdesign | design gráfico | grafica | 平面设计 | التصميم الجرافيكي
cooking                    | cocina | cuisine | kochen | culinária, cozinha | cucina | 烹饪, 做饭 | الطبخ
business                   | negocios, empresa | affaires, entreprise | betriebswirtschaft, bwl, unternehmen | negócios, empresas | impresa, affari | 商业, 商务 | الأعمال
management                 | gestión, administración de empresas | gestion | unternehmensführung | gestão, administração | gestione | 管理 | الإدارة
project management         | gestión de proyectos | gestion de projet | projektmanagement | gestão de projetos, gerenciamento de projetos | gestione progetti | 项目管理 | إدارة المشاريع
leadership                 | liderazgo | direction d'équipe | führung, mitarbeiterführung | liderança | guida del personale | 领导力 | القيادة
entrepreneurship           | emprendimiento, emprender | entrepreneuriat, créer une entreprise | unternehmertum, existenzgründung, firma gründen | empreendedorismo, empreender | imprenditorialità | 创业 | ريادة الأعمال
marketing                  | mercadotecnia | mercatique | absatzwirtschaft | mercadologia | | 市场营销, 营销 | التسويق
digital marketing          | marketing digital | marketing numérique | online-marketing | marketing digital | marketing digitale | 数字营销 | التسويق الرقمي
accounting                 | contabilidad | comptabilité | buchhaltung, rechnungswesen | contabilidade | contabilità | 会计 | المحاسبة
finance                    | finanzas | | finanzen, finanzwesen | finanças | finanza | 金融, 财务 | التمويل, المالية
personal finance           | finanzas personales, ahorrar | finances personnelles, épargne | private finanzen, geld sparen | finanças pessoais | finanza personale | 理财 | الشؤون المالية الشخصية
economics                  | economía | économie | volkswirtschaft, wirtschaft | economia | economia | 经济学, 经济 | الاقتصاد
supply chain               | cadena de suministro | chaîne d'approvisionnement, logistique | lieferkette, logistik | cadeia de suprimentos | catena di approvvigionamento | 供应链 | سلسلة التوريد
negotiation                | negociación | négociation | verhandlung, verhandeln | negociação | negoziazione | 谈判 | التفاوض
public speaking            | hablar en público, oratoria | prise de parole, parler en public | rhetorik, öffentliches sprechen | oratória, falar em público | parlare in pubblico | 演讲 | الخطابة
communication              | comunicación | communication | kommunikation | comunicação | comunicazione | 沟通 | التواصل
law                        | derecho | droit | recht, rechtswissenschaft | direito | diritto | 法律 | القانون
politics                   | política, ciencia política | politique, science politique | politik, politikwissenschaft | política, ciência política | politica | 政治 | السياسة
international relations    | relaciones internacionales | relations internationales | internationale beziehungen | relações internacionais | relazioni internazionali | 国际关系 | العلاقات الدولية
sociology                  | sociología | sociologie | soziologie | sociologia | sociologia | 社会学 | علم الاجتماع
education                  | educación, pedagogía | éducation, pédagogie | bildung, pädagogik | educação, pedagogia | istruzione, pedagogia | 教育 | التعليم
teaching                   | enseñanza, enseñar | enseignement, enseigner | unterrichten, lehren | ensino, ensinar | insegnamento, insegnare | 教学 | التدريس
study skills               | técnicas de estudio | méthodes de travail | lerntechniken | técnicas de estudo | metodo di studio | 学习方法 | مهارات الدراسة
"""  # noqa: E501  a row is a concept: cut in two it could no longer be read down its columns


def subject_terms() -> Iterator[tuple[str, str, str]]:
    """Give each term as (language, term, English term), in order; a term stands once in each language."""
    for line in _TABLE.strip().splitlines():
        english, *columns = (cell.strip() for cell in line.split("|"))
        for language, cell in zip(LANGUAGES, columns, strict=True):
            for term in filter(None, (part.strip() for part in cell.split(","))):
                yield language, term, english
