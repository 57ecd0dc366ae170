"""Words of a trade, and the subject that teaches them: a catalogue of titles has "Linear Algebra", not "eigenvalues".

`synonyms` makes Algolia's alternative corrections of it: a course found by its subject ranks behind one that has the
word itself, and whoever asks for the subject is not sent to one term of it. Only single words: so Algolia has it. A
word that means something else to most people ("kernel", "attention", "table") stays out, and so does a subject of its
own.
"""

from __future__ import annotations

from collections.abc import Iterator

_TABLE = """
neural networks, deep learning | backpropagation; backprop; perceptron; perceptrons; lstm; autoencoder; softmax; relu
machine learning | overfitting; underfitting; hyperparameter; hyperparameters; xgboost; adaboost; hyperplane
natural language processing | tokenization; word2vec; bert; lemmatization
linear algebra | eigenvalue; eigenvalues; eigenvector; eigenvectors; orthogonality; diagonalization
calculus | antiderivative; antiderivatives
differential equations | eigenfunctions
statistics | heteroscedasticity; anova; multicollinearity
regression, econometrics | heteroskedasticity; endogeneity; autocorrelation
algorithms | dijkstra; quicksort; mergesort; heapsort; memoization
kubernetes | kubectl; minikube; kubelet; kubeadm
docker | dockerfile; containerization
git, version control | rebase
linux | chmod; grep; systemd; debian
networking | subnetting; bgp; ospf; vlan; vlans; tcp; dhcp; dns
cryptography | cryptanalysis; rsa; ciphers
cybersecurity | ransomware; malware; phishing; siem; xss; pentest
ethical hacking, penetration testing | metasploit; kali; nmap
databases, sql | normalization; denormalization
data visualization | matplotlib; ggplot2; seaborn; plotly; choropleth; heatmaps
pandas, data analysis | dataframe; dataframes
big data | hadoop; mapreduce; hdfs; pyspark
excel | vlookup; xlookup
web development | websockets; cors
compilers | lexer; parser
operating systems | mutex; semaphores; deadlock; deadlocks; multithreading
semiconductors, semiconductor, microelectronics | photolithography; lithography; cmos; mosfet; mosfets; wafer; finfet
electronics, circuits | oscilloscope; multimeter; capacitors; inductors; transistors; pcb
signal processing | fft; nyquist; wavelets
quantum mechanics, quantum physics | qubit; qubits; schrodinger; wavefunction; superposition; entanglement
relativity, physics | spacetime; lorentz
thermodynamics | entropy; enthalpy; carnot
mechanics, physics | kinematics; torque
chemistry | stoichiometry; covalent; redox; titration; molarity
organic chemistry | alkanes; alkenes; stereochemistry; sn2; aldehydes
biochemistry | enzymes; glycolysis
plants, plant biology, botany | chlorophyll; photosynthesis; xylem
cell biology, biology | mitosis; meiosis; mitochondria; organelles; osmosis
genetics | genotype; phenotype; alleles; chromosomes; mendel; heredity
ecology | biomes; trophic
anatomy | musculoskeletal; vertebrae; skeletal; tendons
cardiology, heart, cardiac, cardiovascular | arrhythmia; arrhythmias; angina; hypertension
kidney, kidneys, renal | nephrology; dialysis; nephrons; glomerular
diabetes | insulin; glycemic; glycaemic; hyperglycemia; hba1c
cancer | oncology; chemotherapy; tumors; tumours; carcinoma; melanoma
sleep | insomnia; apnea; narcolepsy; circadian
mental health | schizophrenia; bipolar; ocd; psychosis; antidepressants
pediatrics, children | paediatrics; neonatal
epidemiology, epidemics | outbreaks
perception, cognitive psychology, psychology | perceptual; gestalt; psychophysics
cognitive psychology, psychology | priming
psychology | psychoanalysis; freud; behaviourism; behaviorism
neuroscience | synapse; synapses; hippocampus; dopamine; cortex; neurotransmitters
linguistics | phonology; phonetics; morphemes; pragmatics; phonemes
philosophy | epistemology; metaphysics; existentialism; stoicism; nietzsche; utilitarianism
law | jurisprudence; torts; litigation; subpoena
political science, politics | gerrymandering; populism; realpolitik
economics | externalities; gdp
microeconomics | monopoly; oligopoly
macroeconomics | keynesian
accounting | accruals; depreciation
finance, investing | dividends; etf; etfs
valuation, corporate finance | dcf; wacc
options trading, derivatives | straddle
trading, technical analysis | candlestick; candlesticks; fibonacci
blockchain, cryptocurrency, bitcoin | tokenomics; ethereum; nft; nfts; solidity; defi
marketing | copywriting
project management | gantt; wbs; kanban
agile, scrum | retrospectives
supply chain, operations management | kaizen; bullwhip
astronomy, astrophysics | exoplanets; supernova; supernovae; nebulae
geology, earth science | sedimentary; igneous; stratigraphy
climate change | decarbonization
birds | ornithology; birding; birdwatching
insects | entomology; arthropods
wine | oenology; enology; viticulture; sommelier; winemaking
typography, fonts, lettering | kerning; typeface; typefaces; serif
painting | watercolour; watercolor; gouache; acrylics; impasto
photography | aperture; bokeh; dslr
photoshop, photo editing | retouching
music theory, music, piano, guitar | arpeggio; arpeggios; counterpoint
music production | ableton
film, filmmaking | cinematography; screenwriting; storyboard
3d, animation, blender | rigging; keyframes
architecture | bauhaus; facade
robotics, robots | exoskeleton; exoskeletons; actuators
religion, christianity | eschatology; exegesis
archaeology | stonehenge; hieroglyphs
"""


def technical_terms() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Give each term with the subjects that teach it, the nearest first."""
    for line in _TABLE.strip().splitlines():
        subjects, _, terms = line.partition("|")
        for term in terms.split(";"):
            yield term.strip(), tuple(subject.strip() for subject in subjects.split(","))
