"""What question making knows about English."""

import re

from episcribe.study.questions.grammar import Grammar, words

_LEAD_IN = re.compile(
    r"(?:(?:so|and|but|now|then|also|plus|or|again|basically|essentially|actually|obviously|anyway|of course"
    r"|in fact|for example|for instance|you know|i mean|i think|i guess|i believe|we know|as i said|at the "
    r"end of the day"
    r")\b,?(?: that(?= \w+ \w+ ))?"
    r"|(?:yeah|yes|yep|wait|no|nope|right|okay|ok|well|exactly|sure|oh|ah|um|uh|er|hm+|mm-hm|mhm|absolutely|"
    r"totally|great"
    r"|cool|alright|all right|definitely|correct|interesting|wow|look|see|like|interestingly|interestingly "
    r"enough"
    r"|honestly|frankly|personally|first|firstly|first of all|second|secondly|finally|for me|in this case|"
    r"in that case)"
    r"\b[,.!])\s+",
    re.IGNORECASE,
)

_DEFINE = re.compile(
    r"^(?P<article>(?:an?|the)\s+)?(?P<term>[\w’'+#./-]+(?:\s+[\w’'+#./-]+){0,3}?)"
    r"(?P<copula>,?\s+(?:which\s+)?(?:is|are|was)(?:\s+(?:basically|essentially|really|just|simply|"
    r"actually|kind of|sort of|like))?"
    r"\s+|\s+(?:stands\s+for|refers\s+to|means)\s+(?:that\s+)?)"
    r"(?P<rest>(?:(?:an?|the)\s+(?!(?:other|same|one|ones|only|right|best|most|worst|way|future|case|thing|"
    r"things|"
    r"problem|question|answer|reason|point|next|first|last|second|third|two|three|big|bigger|biggest|lot|"
    r"bit|good|great|huge|nice|"
    r"interesting|very|really|pretty|hard|whole|perfect|fantastic|amazing|classic|common|fun|cool|"
    r"wonderful|super|tough|"
    r"tricky|bad|fair|better|little|small|example|key|main|real|challenge|goal|idea|kind|sort|type|part|"
    r"place)\b)"
    r"|one\s+of\s+the(?:se)?\s+(?!things|reasons|few|many|most|main|biggest|best)"
    r"|(?:\w+\s+){0,3}?\w+s\s+(?:that|which|of|for|used|where)\s+).{12,})$",
    re.IGNORECASE,
)

_CALLED = re.compile(
    r"\b(?:called|known\s+as|referred\s+to\s+as|named|nicknamed|dubbed|call\s+(?:it|this|that|them|these)|"
    r"stands\s+for)\s+"
    r"(?:an?\s+|the\s+)?[“\"'‘]?(?P<term>[\w+#./-]+(?:[’'][\w]+)?(?:\s+[\w+#./-]+){0,3}?)[”\"'’]?"
    r"(?=[,.;:!?)]|\s+[-–—]|\s+(?:and|or|but|which|that|who|where|because|so|is|are|was|were|to|in|on|at|"
    r"by|for|from|with|"
    r"when|as|if|then|has|have|had|can|will|would|does|did|back|now|today|here|there|it|you|we|i|they|"
    r"basically|just|of)\b|$)",
    re.IGNORECASE,
)

_BECAUSE = re.compile(
    r"^(?P<claim>.{24,}?),?\s+(?P<rest>because\s+(?!of\s+(?:that|this|it)\b)\S.{18,}?)[.!]?$"
)

_JUNK = re.compile(
    r"\b(?:welcome|thanks?|thank you|thankful|hello|hey|hi there|goodbye|bye|cheers|listeners|our listener|"
    r"for listening|listening to|"
    r"episodes?|podcasts?|show notes|"
    r"sponsors?|sponsored|sponsoring|brought to you|subscrib\w+|newsletters?|website|web site|dot com|dot "
    r"org|url|"
    r"(?:the|this|our|that|entire|whole) show|season|joined by|joining (?:us|me)|today we|promo|discount|"
    r"free trial|sign up|check (?:it|them|us|that|this|out)|check out|"
    r"coming up|next week|last week|this week|nice to (?:meet|see)|my name|i'm your host|links?|patreon|"
    r"merch|t-shirts?|"
    r"conference|meetup|hashtag|transcripts?|recorded|recording|laughs?|laughter|joke|joking|kidding|funny|"
    r"haha|fuck\w*|shit\w*|"
    r"https?|www|delighted|(?:happy|glad|great) to (?:be|have)|(?:good|great|excellent|interesting|tough) "
    r"(?:question|point|topic)|on our list|move on "
    r"to|next article|"
    r"is titled|question from|segment|(?:^|, )you (?:were|had|did|worked|wrote|started|built)|you (?:said|"
    r"mentioned|asked|told|were saying|talked about|guys))\b|\w\.(?:com|org|io|net|"
    r"dev|fm|ly|co)\b|@\w",
    re.IGNORECASE,
)

_LEANING = re.compile(
    r"\b(?:after|before|through|with|without|for|of|from|on|in|at|about|like|all|into|to|by|beyond|around|"
    r"is|was) (?:that|this|those|these)"
    r"(?=[,.;:]|$|\s+(?:is|was|we|i|you|it|they|and|but|so|because|when|if|with|in|on|at|for|to|as|point)\b)"
    r"|\b(?:that|this|those|these)(?=[,.;:]|$)|\b(?:the rest of us|as well|the former|the latter|over "
    r"there|right there|right now|at that|at this|(?:i|we|you) (?:were|was|just)"
    r" (?:talk|say|mention|discuss)\w*|earlier|just (?:said|mentioned)|of course|at the end of the day|if "
    r"you will|so to speak|so far|in that (?:case|sense|regard)|"
    r"(?:want|do|did|does|doing|like|love|use|have|had|need|get|got|make|made|run|put|take|took|build|"
    r"built|solve|fix) "
    r"(?:that|this|these|those)(?= (?:in|on|with|for|to|at|by|from|because|and|but|as|so|is|was|without|"
    r"through|using)\b)|"
    r"i mean|you know|or something|or whatever|and stuff|and things|the last one|the first one|the other "
    r"one|that one|this "
    r"one|the same (?:thing|way)|my (?:wife|husband|"
    r"kids?|son|daughter|mom|dad|girlfriend|boyfriend))\b",
    re.IGNORECASE,
)

_POINTING = re.compile(
    r"\b(?:about|with|of|in|on|around|for|is|are|'s|does|do|did|was|and|from|to|like|at|by|into|between|"
    r"all|how|why|what|just|use|do|than) "
    r"(?:that|this|these|those)\b|^(?:that|this|these|those)\b|\b(?:here|there)\b",
    re.IGNORECASE,
)

_UNITS = re.compile(
    r"(?:%|percent|per cent|dollars?|euros?|pounds?|bucks|cents?|bitcoins?|sats?|satoshis?|seconds?|"
    r"minutes?|hours?|"
    r"days?|weeks?|months?|years?|milliseconds?|microseconds?|nanoseconds?|kilobytes?|megabytes?|"
    r"gigabytes?|terabytes?|petabytes?|bytes?|bits?|"
    r"[kmgt]b|[mk]?hz|gigahertz|megahertz|miles?|kilometers?|kilometres?|meters?|metres?|feet|inches|"
    r"pounds|kilos?|kilograms?|grams?|"
    r"degrees?|people|users?|developers?|customers?|employees?|engineers?|companies|countries|students?|"
    r"nodes?|servers?|machines?|cores?|blocks?|transactions?|confirmations?|lines?|files?|requests?|"
    r"queries|commits?|contributors?|"
    r"stars?|downloads?|repos|repositories|projects?|packages?|characters?|words?|layers?|parameters?|"
    r"images?|"
    r"neurons?|samples?|points?|times|levels?|versions?|instances?|clusters?|tests?)\b",
    re.IGNORECASE,
)

ENGLISH = Grammar(
    code="en",
    lead_in=_LEAD_IN,
    openers=words(
        "it it's it’s that that's that’s this these those they they're they’re they've they’ve he he's "
        "he’s she she's"
        " she’s his her their theirs its him them here here's here’s such which who whose whom because "
        "though although"
        " whether either neither both another others same not than too else there's there’s otherwise"
        " especially like as until unless since while or nor yet maybe perhaps probably hopefully instead"
        " what what's what’s how why where even just only rather similarly likewise therefore thus hence "
        "one's let let's let’s"
        " you've you’ve you're you’re you'd you’d please more most some any of than is "
        "are was were am be been being has have "
        "had does do did"
        " will would can could should may might must isn't aren't wasn't weren't don't doesn't didn't"
        " tell put search take look give ask think remember imagine suppose say try check add call let "
        "keep note notice see go ditch"
        " all got went came gets goes means makes uses creates sounds looks feels seems"
    ),
    pronouns=words(
        "it it's it’s this that's that’s these those they they're they’re them their he he's she she's him "
        "his her its"
    ),
    personal=words(
        "i i'm i’m i've i’ve i'd i’d i'll i’ll me my mine myself we we're we’re we've we’ve we'd we'll us "
        "our ours"
        " you you're you’re you've you’ve your yours guys folks everybody let's let’s gonna wanna gotta"
    ),
    first_person=words("i i'm i’m i've i’ve i'd i’d i'll i’ll me my mine myself"),
    vague=words(
        "thing things stuff something anything everything somehow someone somebody kind sort like guess "
        "maybe probably"
        " whatever basically literally really actually pretty lot lots bit yeah okay right know mean etc "
        "honestly"
        " obviously definitely super totally just kinda sorta blah somewhere whatnot well oh uh um hmm wow"
        " gosh"
        " folks mate dude hell damn hundred thousand thousands everytime"
    ),
    before_nouns=words(
        "a an the this these those your our my their his her its each every no some any another other one "
        "two three"
        " of in for with on from by at about into between as like via and or than using called"
    ),
    before_verbs=words(
        "to i you we they he she who i'll we'll you'll they'll can could will would shall should may might "
        "must don't doesn't"
        " didn't can't won't wouldn't couldn't not never let's please just also then and/or gonna wanna gotta"
    ),
    after_nouns=words(
        "is are was were has have had can could will would does did do may might must should and or but of "
        "in on at to for with"
        " from by as that which who where when while because so if than then into onto over under through "
        "during without within"
        " between against about like via versus after before until since not also only just isn't aren't "
        "wasn't weren't doesn't"
        " don't can't won't became becomes comes came goes went gets got makes made gives gave uses used "
        "works worked needs needed"
        " lets allows allowed means meant runs ran takes took helps helped wants wanted starts started "
        "stands called named"
        " you we they i it he she there here today now yet again itself themselves"
    ),
    verbs=words(
        "is are was were has have had can could will would does did may might must should means lets let "
        "allows allow makes"
        " make gives give uses use works work comes come became becomes takes take gets get runs run needs "
        "need provides"
        " provide wants want helps help goes says said went started began took made gave built wrote won "
        "grew led"
        " began starts start found find finds keeps keep know think see saw shows show means stands puts "
        "put adds build builds built"
        " sits lives happens happen contains contain creates create requires require includes include "
        "exists exist remains"
        " doesn't don't isn't aren't can't won't wasn't didn't hasn't"
    ),
    verb_endings=("ed", "izes", "ates", "ifies"),
    junk=_JUNK,
    define=_DEFINE,
    called=_CALLED,
    because=_BECAUSE,
    interrogatives=words("what why how which when where who what's what’s whose"),
    months=words(
        "january february march april may june july august september october november december monday tuesday"
        " wednesday thursday friday saturday sunday christmas easter halloween thanksgiving"
        " english american british german french italian spanish dutch swiss chinese japanese russian "
        "indian canadian"
        " australian african asian european danish swedish norwegian finnish polish austrian irish "
        "scottish greek"
        " turkish korean mexican brazilian americans europeans roman western eastern northern southern"
    ),
    numerals={
        word: value
        for value, word in enumerate(
            "zero one two three four five six seven eight nine ten eleven twelve thirteen".split()
        )
    }
    | {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "eighty": 80, "ninety": 90},
    units=_UNITS,
    frames={
        "speaker": "the speaker",
        "cloze name": "Which name is missing?",
        "cloze year": "Which year is missing?",
        "cloze number": "Which number is missing?",
        "cloze term": "Which word is missing?",
        "cloze terms": "Which words are missing?",
        "choice name": "Which name completes what {speaker} says?",
        "choice year": "Which year completes what {speaker} says?",
        "choice number": "Which number completes what {speaker} says?",
        "choice term": "Which term completes what {speaker} says?",
        "choice definition": "How does {speaker} describe {term}?",
        "define": "What is meant by “{term}”, as {speaker} explains it?",
        "told": "What does {speaker} say about “{term}”?",
        "explain": "Explain “{term}” in the terms {speaker} uses.",
        "why": "What reason does {speaker} give for this?",
        "asked": "What answer is given to this question?",
        "asked of": "{asker} asks {speaker} this. What is the answer?",
    },
    conditionals=words("if when whenever once imagine say suppose"),
    relatives=words("that which who where"),
    requests=re.compile(
        r"(?:can|could|would) you (?:please |maybe |just )?(?:explain|describe|tell us|talk about|walk us "
        r"through|define|elaborate on|summarize|break down)\b",
        re.IGNORECASE,
    ),
    pointing=_POINTING,
    leaning=_LEANING,
    undefinable=words(
        "thing things problem question answer idea point reason way goal job part fact case issue example "
        "rest one ones"
        " other others first second third last next best worst result results key trick challenge time day "
        "year week month world"
        " person people guy guys team everyone everybody someone somebody nobody anyone anybody nothing "
        "something everything anything"
        " that this these those it they he she we i you who what which where when there here mine yours ours"
        " question story truth advice difference downside upside advantage disadvantage benefit focus "
        "intent intention"
        " purpose assumption concern hope name title number total side end beginning start bottom top line "
        "beauty"
        " my your his her our their its all both some many most few each every any such same so not now then"
        " course instance sake order respect terms matter addition general particular total fact whole huge"
        " half half-way kind sort type lot bit stuff today tomorrow yesterday"
    ),
)
