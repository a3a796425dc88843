"""The commonest words of the languages that are told apart by words, most frequent first."""

LATIN: dict[str, str] = {
    "en": """
    the and to of a i that you in it is we so this was for have but what like be on they are with do just
    know not as there your if about or can from one at all he think because my would get really out which
    when up don't it's that's their then were people has going how them who been had more some an will by me
    very
    """,
    "de": """
    und die der das ich ist in nicht es zu ein wir so auch sie auf den mit eine dass was man ja aber wie für
    haben von sich dann im war hat noch als da einen oder wenn nur schon mal bei aus sind an dem kann jetzt
    mir mich uns alle er werden wird habe doch hier über nach einem einer diese sehr durch bei vom zum zur
    """,
    "nl": """
    de het een en van in dat is ik je niet op te zijn die maar met er wat voor aan ook als we dan ze nog
    naar heb om hij heeft was wel zo of bij dit kan door uit over hebben mijn worden deze zou geen moet veel
    daar gaan echt want gewoon meer hier zich haar toch al nou heel wordt hoe
    """,
    "af": """
    die en van het is in nie dat hy vir te jy ek om wat sy by met hulle ons op aan na was as sal dit maar
    een ook kan daar so my toe deur word moet se baie weet hierdie jou uit wees nou hom oor sê
    """,
    "sv": """
    och att det är som en i jag på för inte har med av den till ett så men om man var de vi du han kan från
    när där ska eller nu bara här hade alla sig vad då blir mycket även efter också mer över vara någon
    något mig kommer hur än år ju skulle varit finns sedan
    """,
    "da": """
    og det er at i en jeg ikke til af har som på for med den de var der så et man om men vi kan du han fra
    også være nu hvor eller hvad have når alle sig hun mere blev vil skal havde efter noget min meget ved
    her jo mig kun over noget været hvis dem bliver kunne ham deres blive lidt godt år
    """,
    "no": """
    og det er i en jeg ikke til av har som på for med den å de var så et om men vi kan du han fra også være
    nå hvor eller hva når alle seg hun mer ble vil skal hadde etter noe min meg her bare sier opp bli mye
    hvis dem dette ut over veldig blir noen være hvordan år jeg være
    """,
    "is": """
    og að er í á ekki sem það við um en var til með því hann ég af eru fyrir þá þegar frá hún svo þetta
    eins þeir þú sé verið hafa upp bara hefur þessu voru eftir þess kom verða mér út sig allt
    """,
    "fi": """
    ja on ei se että oli hän mutta niin kun mitä en olen tämä joka ovat jos sen minä kuin nyt ole mukaan
    myös siitä siinä voi tai sitten vain ne hänen ollut tässä mikä nämä minun vielä sitä miten sinä olisi
    kaikki koska kanssa joten oikeastaan jotain tosi eli paljon he jo me
    """,
    "et": """
    ja on ei see et ka oli mis ta kui aga siis ma kes seda selle nii või oma siin juba ning veel nagu
    mida ole sest kõik mind minu pole väga oleks tema nad kuid mitte peab välja sa selles üks neid need saab
    meie eest kus nüüd
    """,
    "hu": """
    a az és hogy nem is egy ez de csak van meg ha már volt azt ezt mert mint ki vagy még majd lesz lehet
    mi nagyon el be akkor olyan itt ott kell minden én amikor te ő mit hát volna ami aki így úgy pedig fel
    ezért most sem tehát több lenne
    """,
    "fr": """
    de la le et les des en un est que une à pour qui dans a pas il ce je du vous on c'est ne nous ça sur
    plus avec au se par mais elle sont y ou tout même ils cette être fait comme bien aussi été aux quand
    donc j'ai d'un qu'il était très peut leur faire alors
    """,
    "es": """
    de la que el en y a los se del las un por con no una es para su al lo como más pero sus le ya o este sí
    porque esta entre cuando muy sin sobre también me hasta hay donde quien desde todo nos eso está yo te
    ese bueno entonces son era así qué ha tiene
    """,
    "pt": """
    de a o que e do da em um para é com não uma os no se na por mais as dos como mas foi ao ele das tem à
    seu sua ou ser quando muito há nos já está eu também só pelo pela até isso ela entre era depois sem
    mesmo aos ter você então gente aqui são essa esse
    """,
    "gl": """
    de a que o e do da en un para é con non unha os no se na por máis as dos como mais foi ao el das ten seu
    súa ou ser cando moito hai nos xa está eu tamén só polo pola ata iso ela entre era despois sen mesmo
    aos ter entón aquí son esta este onde isto moi
    """,
    "it": """
    di e che la il un a è per in una mi sono ho non lo ma ha le si ti i con cosa se io come da ci no questo
    qui del sì della più al era anche hai perché gli tutto o quello molto questa dei quando bene fatto solo
    nel alla essere c'è cioè stato poi sua quindi
    """,
    "ca": """
    de la i el que a en els les per un és amb una del no es al va com ha més seva o dels també però són hi
    aquest molt què ho si ja seu pel fins entre havia quan tot ser sobre aquesta era perquè on això
    nosaltres sense jo tenim estat fer doncs
    """,
    "ro": """
    și de în a la cu pe nu o că să un care este din mai pentru ce se au ca fost sunt am dar lui le sau după
    acest foarte prin când lor fi i-a până despre are însă această ei asta unde numai era eu noi cum
    dacă poate toate trebuie
    """,
    "pl": """
    i w nie na się to że z do jest jak o co ale po tak za od już tego czy tylko są przez dla ma jego by może
    być był go ten ich było bardzo które kiedy jeszcze które jako też ja mnie mi tym przy więc która bo pan
    gdzie można
    """,
    "cs": """
    a se je na v že to s z o do i ve si by jsem jako ale tak za co už po jsou který podle jen od nebo když
    byl bylo pro není má která které jeho aby pak tady být také byla jak jsme protože než tedy může musí
    tím až kde jeho
    """,
    "sk": """
    a sa je na v že to s z o do aj vo si by som ako ale tak za čo už po sú ktorý podľa len od alebo keď
    bol bolo pre nie má ktorá ktoré jeho aby potom tu byť tiež bola sme pretože než teda môže musí
    tým až kde jeho ich veľmi
    """,
    "sl": """
    je in se da na v za so ki pa ne bi ni kot tudi po z ali ko še sem to od do pri kaj kako bil bo ki že
    tako smo le ker zelo lahko mi si jih bilo njegov vse biti samo ampak potem ste tem tega
    """,
    "hr": """
    je i u se da na za su od a s koji što ne to kao o ili iz ali je će nije bio samo do kako ima sam
    po smo može bilo bi tako jer kad ovo mi više gdje nisu već koja koje netko onda
    """,
    "lt": """
    ir yra kad į tai su iš kaip bet jau tik o buvo dar ne už jo apie po ar savo kai nuo prie aš
    labai per jis jie mes šis nes gali būti man buvo arba taip ką kuris
    """,
    "lv": """
    un ir ka no ar uz par tas kā bet vai arī lai es viņš šo nav bija tikai viņa man pie kas tā
    ja pēc jau mēs ļoti savu kad būt tiek mūsu tad vēl
    """,
    "tr": """
    bir ve bu da de için ne çok o ile daha var gibi olarak ama ben kadar sonra en diye şey mi olan yok değil
    ya ki böyle biz sen nasıl evet şimdi hiç her onu işte oldu zaman mı benim olduğu
    """,
    "az": """
    və bir bu da də üçün ki o ilə var çox daha olan kimi sonra mən amma belə həm nə isə yox edir öz idi
    olub biz deyil sən həmin bütün
    """,
    "vi": """
    và là của có không cho được một trong người với các những để tôi này đã khi thì ra đó cũng như mà
    rất từ về đến nhiều phải nó làm ở lại sẽ vì nếu anh bạn
    """,
    "id": """
    yang dan di itu dengan untuk tidak ini dari dalam akan pada juga saya ke karena tersebut bisa ada mereka
    lebih kata tahun sudah atau saat oleh menjadi orang kita kami telah adalah seperti kalau apa aku jadi
    """,
    "tl": """
    ang ng sa na mga ay at si ako ko ito hindi mo para kung siya po lang niya kaya rin naman may pa ni
    yung ka kasi nang ba talaga natin tayo isang
    """,
    "sw": """
    na ya wa kwa ni katika la za cha kuwa hii hiyo yake wake hili lakini kama watu huo sana hivyo baada
    pia si mimi sisi wewe yangu nini
    """,
    "eu": """
    eta da ez bat du hori ere egin zen dira den dute izan behar baina bere dut oso zuen hau
    gure baino beste hemen dago gara zer egiten
    """,
    "sq": """
    të e në dhe një me për që nuk i si nga është ka se më do ishte janë do kjo ky edhe por unë
    ai ne shumë kanë mund
    """,
    "cy": """
    y yn a i o ar yr ac mae ei wedi bod ond ei am fel hynny oedd nid roedd dim mewn gan fod hwn
    chi ni fi dyma
    """,
    "ga": """
    an agus na ar a i is go le ag tá bhí do sé ach sin mar ní sí féin seo raibh bhfuil siad
    leis ón don
    """,
    "eo": """
    la kaj de en estas al ne mi ke ĝi por kun li tio oni sed ĉi kiu vi pri estis ili povas havas
    tiu pli ankaŭ kiel nun
    """,
}

CYRILLIC: dict[str, str] = {
    "ru": """
    и в не на что я с он как это а то так но вы по все у за из мы же от бы только меня было есть еще для
    вот да мне о его когда если она уже нет они к ну был чтобы или быть может этого этот потому
    """,
    "uk": """
    і в не на що я з та це як у до а він так але ми за по від то ви є для ще вже було про його щоб які
    або якщо тільки вона коли їх бути дуже через який може цього нас мені й
    """,
    "be": """
    і ў не на што я з як гэта а да у але мы за па ён ад так яны для ці яшчэ быў толькі калі было яго
    каб вельмі ж вы якія ужо або
    """,
    "bg": """
    и на да се в не за е че са от с по като ще това но си аз то ми до как какво само или така има който
    много ги му беше при бе дали във ние тази които защото може един
    """,
    "sr": """
    и је у се да на за су од а с који што не то као о или из али ће није био само до како има сам по смо
    може било би тако јер кад ово ми више где
    """,
    "mk": """
    и на да во се од за е не со ќе дека ги го што како тоа но по сум има или ова ја ние само многу тој
    кои беше може при си сè
    """,
    "kk": """
    және бір бұл мен да де үшін деп ол болып бар емес біз еді осы не қазақ үлкен өз кейін болды керек
    сол жоқ туралы
    """,
    "mn": """
    нь юм байна энэ бол гэж болон гэсэн бид та би тэр нэг их байсан хүн дээр уу
    """,
}

ARABIC: dict[str, str] = {
    "ar": """
    في من على أن إلى هذا لا ما عن مع كان هذه التي الذي هو كل أو ذلك لم بعد قد هي حتى بين ثم كما لكن عند
    إن يا و أنا نحن هناك هل لأن
    """,
    "fa": """
    و در به از که این را با است برای آن یک خود تا کرد بر هم نیز ما شد می بود اما من هر آنها شده یا
    اگر هست باید خیلی چه همه اون
    """,
    "ur": """
    کے کی میں ہے اور سے کا کو کہ نے ہیں پر یہ اس ایک بھی نہیں تو وہ کر ان ہو جو تھا گیا ہی کیا لیے تھے
    ہم آپ ساتھ
    """,
}

DEVANAGARI: dict[str, str] = {
    "hi": """
    के है में की से को और का पर यह हैं ने भी एक कि नहीं तो वह था हो इस कर जो मैं हम लिए अपने आप
    क्या कुछ बहुत साथ
    """,
    "mr": """
    आहे आणि या हे तो ते मी की आहेत नाही होते एक त्या मध्ये काय होता त्यांनी करून असे पण आपण हा ही
    आम्ही त्याने
    """,
    "ne": """
    छ र को मा पनि हो यो का भने गर्न छन् एक थियो नेपाल तर हुन्छ लाई भएको गरेको म हामी यस
    """,
}

ENDINGS: dict[str, str] = {
    "en": "tion ing ness ment ould ther ally",
    "de": "ung ungen lich lichen keit heit schen sche chen eren ierten",
    "nl": "heid elijk elijke ingen tjes ische aar eren baar",
    "sv": "arna orna erna ande ningen heten lig ligt tioner ades",
    "da": "erne ende elser tion tioner ede edes ning igt hed gelse",
    "no": "ene ende sjon sjoner elser else ning lig het ert isk",
    "fi": (
        "ssa ssä sta stä lla llä lta ltä lle ksi nut nyt vat vät taan tään mme nen seen ista istä uksen inen"
    ),
    "et": "ste dele des mine ised ist atud use matu ikult sse vad takse",
    "hu": (
        "ban ben nak nek hoz hez val vel ság ség ott ett tól től ról ről ból ből okat "
        "eket ása ése tása tése ani eni"
    ),
    "tr": (
        "lar ler ları leri ların lerin mak mek dır dir yor ında inde ından inden nda nde "
        "ması mesi mış miş acak ecek"
    ),
    "az": "lar lər ları ləri maq mək dır dir ında ində ması məsi acaq əcək",
    "fr": "tion ement aient eux euse ique ette elle isme ages",
    "es": "ción ciones mente dad dades ando iendo aba ados idos aron",
    "pt": "ção ções mente dade ando endo ados idos ava aram",
    "it": "zione zioni mente ando endo ità ato ati ata anno ente",
    "ca": "ció cions ment tat ant ats ada aven",
    "ro": "ului ilor ție ții are ează ului elor ării ească",
    "pl": "ych ego emu ości ania enia ować uje ają ami cie nych nie",
    "cs": "ých ého ému ení ání ost osti ouc ují ovat ech ami",
    "sk": "ých ého ému ení ania enia osť osti ujú ovať och ami",
    "sl": "ega emu ih nje anje ost osti ati iti ajo imi",
    "hr": "ije anje enje ost osti ati iti aju ima oga ovi",
    "lt": "imas imo iai ius ojo amas ių oms uose auti ėjo",
    "lv": "šana šanas iem ām ums umu ība ības tājs iski",
    "id": "kan nya ter annya asi",
    "eu": "aren etan tzen arekin ren ko tu ak ek",
    "is": "num inn anna ingu legt unum",
    "ru": "ого ему ния ние ться ется ость ости ами ями ется ешь вать ская ский ных",
    "uk": "ого ому ння ться ється ість ості ами ями ють вати ська ський них",
    "be": "ага аму нне ецца асць асці амі ямі юць ваць скі ская",
    "bg": "ите ата ето ята ване ение ност ски ния нето",
    "mk": "ите ата ото ување ење ност ски ањето ува тот",
    "sr": "ије ања ење ост ости ати ити ају има ога ови ским",
}

LETTERS: dict[str, str] = {
    "en": "é", "de": "äöüß", "nl": "ëéïèöüê", "af": "êëôéîïû", "sv": "åäöé", "da": "æøåé", "no": "æøåéòô",
    "is": "áðéíóúýþæö", "fi": "äöå", "et": "äöõüšž", "hu": "áéíóöőúüű", "fr": "àâæçéèêëîïôœùûüÿ",
    "es": "áéíóúüñ", "pt": "áâãàçéêíóôõú", "gl": "áéíóúñüï", "it": "àèéìòù", "ca": "àçèéíïòóúü·",
    "ro": "ăâîșțşţ", "pl": "ąćęłńóśźż", "cs": "áčďéěíňóřšťúůýž", "sk": "áäčďéíĺľňóôŕšťúýž", "sl": "čšž",
    "hr": "čćđšž", "lt": "ąčęėįšųūž", "lv": "āčēģīķļņšūž", "tr": "çğıöşüâîû", "az": "çəğıöşü",
    "vi": "àáâãèéêìíòóôõùúýăđĩũơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ",
    "id": "é", "tl": "ñ", "sw": "",
    "eu": "ñ", "sq": "ëç", "cy": "âêîôûŵŷáïö", "ga": "áéíóú", "eo": "ĉĝĥĵŝŭ",
    "ru": "абвгдеёжзийклмнопрстуфхцчшщъыьэюя", "uk": "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя",
    "be": "абвгдеёжзійклмнопрстуўфхцчшыьэюя", "bg": "абвгдежзийклмнопрстуфхцчшщъьюя",
    "sr": "абвгдђежзијклљмнњопрстћуфхцчџш", "mk": "абвгдѓежзѕијклљмнњопрстќуфхцчџшѐѝ",
    "kk": "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя", "mn": "абвгдеёжзийклмноөпрстуүфхцчшщъыьэюя",
    "ar": "ابتثجحخدذرزسشصضطظعغفقكلمنهويءآأؤإئةى", "fa": "ابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهیآأئؤء",
    "ur": "ابپتٹثجچحخدڈذرڑزژسشصضطظعغفقکگلمنںوہھءیےآأؤئۓ",
}  # fmt: skip
