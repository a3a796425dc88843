"""Words whose full stop does not end a sentence, language by language, and words that begin one."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


NEVER_FINAL: dict[str, frozenset[str]] = {
    "": _words(
        """
    mr mrs ms mx dr prof fr sr.a rev hon gov sen rep gen col capt lt sgt maj cmdr adm messrs mme
    mlle e.g i.e eg ie cf vs viz approx fig figs eq vol vols pp ed eds ca resp incl excl ext tel st
    mt ft nos al.. op.cit
    """
    ),
    "en": _words("""
    no.. sec.. dept univ assn bros gen atty supt det.. messrs mses hrs.. est.. cont
    jan feb aug sept oct nov dec tues thurs
    """),
    "de": _words(
        """
    bzw z.b u.a d.h z.t o.ä u.ä s.o s.u i.d.r m.e v.a vgl ggf evtl bspw sog inkl zzgl abzgl nr bd
    hrsg str tel ca dipl ing geb gest verh jh jhd mio mrd tsd max min usf allg bes dgl einschl ev
    exkl frl hr fr hrn mind od österr schweiz dt engl frz lat u z d v
    """
    ),
    "fr": _words("""
    m mm mme mmes mlle mlles mgr p.ex p ex env av bd chap cf éd ét fig hab n no vol art dir
    """),
    "es": _words(
        """
    sr sra srta sres sras d dª dn dr dra lic ing arq p.ej ej pág págs núm art av avda c.f cap depto
    ed ee excmo fdo gral ilmo prof profa tel ud uds vd vds aprox máx mín ntra sta sto
    """
    ),
    "pt": _words(
        """
    sr sra srta srs dr dra d eng prof profa p.ex ex pág págs núm n art av r tel aprox ltda.. exmo
    """
    ),
    "it": _words(
        """
    sig sigg sig.ra sig.na dott dott.ssa ing avv prof prof.ssa on p.es es pag pagg art cfr ca ecc..
    n
    """
    ),
    "nl": _words(
        """
    dhr mevr mw drs ir mr ing bijv bv d.w.z dwz m.a.w o.a t.o.v t.a.v enz.. nr blz ca evt incl resp
    """
    ),
    "pl": _words(
        """
    p np m.in tzn tj tzw dr prof mgr inż hab ks św ul al nr str godz ok im red wg zob por r.. w..
    """
    ),
    "cs": _words(
        """
    např tj tzv tzn mj apod.. atd.. př.n.l dr ing mgr bc mudr judr phdr doc prof č str sv ul tel
    """
    ),
    "sk": _words("napr tj tzv tzn mgr ing dr doc prof č str sv ul tel resp"),
    "ru": _words("""
    т.е т.к т.н т.п г.. гг им ул д кв стр рис см напр проф акад доц тов ср руб.. тыс млн млрд
    """),
    "uk": _words("""
    т.зв т.д м вул буд кв стор рис див напр проф акад доц тис млн млрд ім
    """),
    "sv": _words(
        """
    t.ex bl.a d.v.s dvs s.k m.fl.. m.m.. o.s.v.. f.d ca kl nr sid st.. tel resp fr.o.m t.o.m jfr
    """
    ),
    "da": _words(
        """
    f.eks bl.a d.v.s dvs ca kl nr s.k jf fhv hr fru m.fl.. m.m.. osv.. evt inkl ekskl pct vedr
    """
    ),
    "no": _words("""
    f.eks bl.a dvs ca kl nr s.k jf hr fru m.fl.. m.m.. osv.. evt inkl ekskl pst vedr mill mrd
    """),
    "fi": _words("esim mm ts ns nk klo n prof tri ym.. jne.. os vrt huom"),
    "hu": _words("pl kb ún ill dr prof id ifj özv ld vö stb.. u.n"),
    "tr": _words("dr prof doç yrd av sn örn bkz vb.. vs.. yy sf s no"),
    "ro": _words("dl dna dr prof ing nr str pag de.ex ex art d.hr î.hr"),
    "hr": _words("npr tj tzv dr prof ing mr sv ul br str usp"),
    "sr": _words("""
    npr tj tzv dr prof ing mr sv ul br str нпр тј тзв др проф ул бр стр
    """),
    "el": _words("κ κα π.χ δηλ κ.λπ.. βλ σελ αρ δρ"),
}
NEVER_FINAL["nb"] = NEVER_FINAL["nn"] = NEVER_FINAL["no"]

OFTEN_FINAL = _words("etc inc ltd co corp jr sr esq usw ecc enz itd atd osv")

ORDINAL_DOT = _words("de da nb nn no fi cs sk pl hu hr sr bs sl et lv tr is lb")

CAPITAL_NOUNS = _words("de lb")

STARTERS = _words(
    """
    the a an and but so or if it its it's i i'm i've i'd i'll we we're we've you you're he she they
    there there's this that that's these those what when where who why how in on at for from to with
    as well now then yes yeah no not okay ok oh right because while after before his her our their
    my your is are was were do does did can could would will let's also however here one some all
    most many today der die das ein eine und aber ich wir sie er es dann also wenn was wie wo warum
    ja nein hier heute le la les un une et mais je nous il elle ils elles on ce c'est dans pour
    alors donc oui non el los las una y pero yo nosotros ella ellos en para sí entonces esto eso hay
    o os as um uma e mas eu nós ele ela eles em então isso sim não há lo gli uno ma io noi lui lei
    loro per allora quindi questo sì c'è è de het een en maar ik wij we zij hij dan dus dit dat ja
    nee
    """
)
