"""Languages: one canonical BCP 47 tag for what people write, a tag in any case or the English name of a language."""

import re
from functools import cache

# `ISO 639-1 code, ISO 639-2 codes, English names;` one text, parsed at the first use (imports stay cheap).
_TWO_LETTERS = """\
aa aar Afar; ab abk Abkhazian; ae ave Avestan; af afr Afrikaans; ak aka Akan; am amh Amharic;
an arg Aragonese; ar ara Arabic; as asm Assamese; av ava Avaric/Avar; ay aym Aymara; az aze Azerbaijani;
ba bak Bashkir; be bel Belarusian/Belarussian; bg bul Bulgarian; bi bis Bislama; bm bam Bambara;
bn ben Bengali/Bangla; bo bod/tib Tibetan; br bre Breton; bs bos Bosnian; ca cat Catalan/Valencian;
ce che Chechen; ch cha Chamorro; co cos Corsican; cr cre Cree; cs ces/cze Czech;
cu chu Church Slavic/Church Slavonic/Old Church Slavonic/Old Slavonic/Old Bulgarian; cv chv Chuvash;
cy cym/wel Welsh; da dan Danish; de deu/ger German; dv div Divehi/Dhivehi/Maldivian; dz dzo Dzongkha;
ee ewe Ewe; el ell/gre Greek/Modern Greek; en eng English; eo epo Esperanto; es spa Spanish/Castilian;
et est Estonian; eu eus/baq Basque; fa fas/per Persian/Farsi; ff ful Fulah/Fula; fi fin Finnish;
fj fij Fijian; fo fao Faroese; fr fra/fre French; fy fry Western Frisian/Frisian;
ga gle Irish/Irish Gaelic; gd gla Scottish Gaelic/Gaelic; gl glg Galician; gn grn Guarani/Guaraní;
gu guj Gujarati; gv glv Manx; ha hau Hausa; he heb Hebrew; hi hin Hindi; ho hmo Hiri Motu; hr hrv Croatian;
ht hat Haitian Creole/Haitian; hu hun Hungarian; hy hye/arm Armenian; hz her Herero; ia ina Interlingua;
id ind Indonesian; ie ile Interlingue/Occidental; ig ibo Igbo; ii iii Sichuan Yi/Nuosu; ik ipk Inupiaq;
io ido Ido; is isl/ice Icelandic; it ita Italian; iu iku Inuktitut; ja jpn Japanese; jv jav Javanese;
ka kat/geo Georgian; kg kon Kongo; ki kik Kikuyu/Gikuyu; kj kua Kuanyama/Kwanyama; kk kaz Kazakh;
kl kal Greenlandic/Kalaallisut; km khm Khmer/Central Khmer; kn kan Kannada; ko kor Korean; kr kau Kanuri;
ks kas Kashmiri; ku kur Kurdish; kv kom Komi; kw cor Cornish; ky kir Kyrgyz/Kirghiz; la lat Latin;
lb ltz Luxembourgish/Letzeburgesch; lg lug Ganda/Luganda; li lim Limburgish/Limburgan/Limburger;
ln lin Lingala; lo lao Lao; lt lit Lithuanian; lu lub Luba-Katanga; lv lav Latvian; mg mlg Malagasy;
mh mah Marshallese; mi mri/mao Maori/Māori; mk mkd/mac Macedonian; ml mal Malayalam; mn mon Mongolian;
mr mar Marathi; ms msa/may Malay; mt mlt Maltese; my mya/bur Burmese/Myanmar; na nau Nauru;
nb nob Norwegian Bokmål/Bokmål/Norwegian Bokmal/Bokmal; nd nde North Ndebele; ne nep Nepali; ng ndo Ndonga;
nl nld/dut Dutch/Flemish; nn nno Norwegian Nynorsk/Nynorsk; no nor Norwegian; nr nbl South Ndebele;
nv nav Navajo/Navaho; ny nya Chichewa/Chewa/Nyanja; oc oci Occitan/Provençal; oj oji Ojibwa; om orm Oromo;
or ori Odia/Oriya; os oss Ossetian/Ossetic; pa pan Punjabi/Panjabi; pi pli Pali; pl pol Polish;
ps pus Pashto/Pushto; pt por Portuguese; qu que Quechua; rm roh Romansh/Rumantsch; rn run Rundi/Kirundi;
ro ron/rum Romanian/Moldavian/Moldovan; ru rus Russian; rw kin Kinyarwanda; sa san Sanskrit;
sc srd Sardinian; sd snd Sindhi; se sme Northern Sami/Northern Sámi; sg sag Sango;
si sin Sinhala/Sinhalese; sk slk/slo Slovak; sl slv Slovenian; sm smo Samoan; sn sna Shona; so som Somali;
sq sqi/alb Albanian; sr srp Serbian; ss ssw Swati/Swazi; st sot Southern Sotho/Sotho/Sesotho;
su sun Sundanese; sv swe Swedish; sw swa Swahili/Kiswahili; ta tam Tamil; te tel Telugu; tg tgk Tajik;
th tha Thai; ti tir Tigrinya; tk tuk Turkmen; tl tgl Tagalog; tn tsn Tswana/Setswana; to ton Tonga/Tongan;
tr tur Turkish; ts tso Tsonga; tt tat Tatar; tw twi Twi; ty tah Tahitian; ug uig Uyghur/Uighur;
uk ukr Ukrainian; ur urd Urdu; uz uzb Uzbek; ve ven Venda; vi vie Vietnamese; vo vol Volapük/Volapuk;
wa wln Walloon; wo wol Wolof; xh xho Xhosa; yi yid Yiddish; yo yor Yoruba; za zha Zhuang/Chuang;
zh zho/chi Chinese/Mandarin; zu zul Zulu\
"""
# Languages without a two-letter code: all single ones of ISO 639-2, `mul` (several languages), and of ISO 639-3 the
# widespread ones and the large sign languages. Groups and "unknown" of ISO 639-2 say nothing about an event.
_THREE_LETTERS = """\
ace ach acm ada ady aeb afb afh ain ajp akk ale alt ang anp apc apd arc arn arp arq arw ary arz ase asf ast
awa bal ban bar bas bej bem bfi bho bik bin bla bra bua bug byn bzs cad car ceb chb chg chk chm chn cho chp
chr chy ckb cmn cnr cop crh csb dak dar del den dgr din doi dsb dse dua dum dyu efi egy eka ekk elx enm ewo
fan fat fil fon frm fro frr frs fsl fur gaa gan gay gba gez gil glk gmh goh gon gor got grb grc gsg gsw gwi
hai hak haw hif hil hit hmn hsb hsn hup iba ilo ils inh ise jbo jpr jrb jsl kaa kab kac kam kaw kbd kha kho
kmb kmr kok kos kpe krc krl kru ksh kum kut lad lah lam lez lij lmo lol loz lua lui lun luo lus lvs lzh mad
mag mai mak man mas mdf mdr men mga mic min mnc mni moh mos mul mus mwl mwr myv mzn nan nap nds new nia niu
nog non nqo nso nwc nym nyn nyo nzi osa ota pag pal pam pap pau pcm peo pes pfl phn pms pnb pon pro prs raj
rap rar rif rmy rom rup sad sah sam sas sat scn sco sel sga shi shn sid skr sma smj smn sms snk sog srn srr
ssp stq suk sus sux swg swh syc syr szl tem ter tet tig tiv tkl tlh tli tmh tog tok tpi tsi tum tvl tyv tzm
udm uga umb vai vec vls vot wal war was wuu xal yao yap yue zap zbl zen zgh zsm zun zza\
"""
_REPLACED = {"in": "id", "iw": "he", "ji": "yi", "jw": "jv", "mo": "ro"}  # withdrawn codes that old clients send
_EXTENDED = {"ar", "ms", "sgn", "zh"}  # `zh-yue` is an old spelling of `yue` (RFC 5646 section 4.5)

_LONGEST = 35  # RFC 5646 section 4.4.1: room for every tag that is in use
_LONGEST_HEADER = 1000  # nobody reads more languages than that
_TAG = (  # compiled at its first use
    r"(?P<language>[a-z]{2,3})"
    r"(-(?P<extended>[a-z]{3}))?"
    r"(?P<rest>(-[a-z]{4})?"  # script
    r"(-([a-z]{2}|[0-9]{3}))?"  # region
    r"(?P<variants>(-([a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*)"
    r"(?P<extensions>(-[0-9a-wy-z](-[a-z0-9]{2,8})+)*)"
    r"(-x(-[a-z0-9]{1,8})+)?)"  # private use
)


def parse(text: str) -> str | None:
    """The canonical tag (`PT-br` is `pt-BR`, `eng` and `English` are `en`), or None when it names no known language."""
    lower = text.lower()
    if lower in _codes_by_name():
        return _codes_by_name()[lower]
    tag = re.fullmatch(_TAG, lower) if len(lower) <= _LONGEST else None
    if tag is None or _repeats(tag["variants"].split("-")[1:]) or _repeats(_singletons(tag["extensions"])):
        return None
    language = _language(tag["language"], tag["extended"])
    return language and language + _cased(tag["rest"])


def preferred(accept_language: str) -> str | None:
    """The tag that a browser's `Accept-Language` likes best (RFC 9110, the first of equals), or None."""
    best, found = 0.0, None
    for entry in accept_language[:_LONGEST_HEADER].split(","):
        text, _, weight = entry.partition(";")
        match = re.fullmatch(r"\s*q=(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)\s*", weight, re.ASCII)
        likes = float(match[1]) if match else 0.0 if weight else 1.0
        tag = parse(text.strip()) if likes > best else None
        if tag:
            best, found = likes, tag
    return found


def _language(primary: str, extended: str | None) -> str | None:
    if extended is None:
        return _codes().get(primary)
    return _codes().get(extended) if primary in _EXTENDED else None


def _singletons(extensions: str) -> list[str]:
    return [subtag for subtag in extensions.split("-") if len(subtag) == 1]


def _repeats(subtags: list[str]) -> bool:
    return len(set(subtags)) < len(subtags)


def _cased(rest: str) -> str:
    """RFC 5646 section 2.1.1: regions in capitals, scripts with one, everything after a singleton small."""
    subtags = rest.split("-")
    first = next((place for place, subtag in enumerate(subtags) if len(subtag) == 1), len(subtags))
    case = {2: str.upper, 4: str.capitalize}
    return "-".join([case.get(len(subtag), str)(subtag) for subtag in subtags[:first]] + subtags[first:])


@cache
def _codes() -> dict[str, str]:
    """The canonical code of every known one, the shortest there is: `eng` and `en` are `en`."""
    codes = {code: code for code in _THREE_LETTERS.split()} | _REPLACED
    for short, longs, _ in _two_letters():
        codes |= dict.fromkeys([short, *longs.split("/")], short)
    return codes


@cache
def _codes_by_name() -> dict[str, str]:
    return {name: short for short, _, names in _two_letters() for name in names.lower().split("/")}


def _two_letters() -> list[tuple[str, str, str]]:
    entries = (entry.split(" ", 2) for entry in _TWO_LETTERS.replace("\n", " ").split("; "))
    return [(short, longs, names) for short, longs, names in entries]
