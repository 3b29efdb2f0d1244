"""Countries, currencies, languages and time zones, written by `make reference-data`; do not edit.

From pycountry 26.2.16, python-iso639 2026.7.23, iso4217 1.16.20260101, tzdata 2026.6.
What is left out, added or called otherwise, and why, stands in `devtools/reference`.
"""

# `code name=zone`
COUNTRIES = """\
AF Afghanistan=Asia/Kabul
AX Åland Islands=Europe/Mariehamn
AL Albania=Europe/Tirane
DZ Algeria=Africa/Algiers
AS American Samoa=Pacific/Pago_Pago
AD Andorra=Europe/Andorra
AO Angola=Africa/Luanda
AI Anguilla=America/Anguilla
AQ Antarctica
AG Antigua and Barbuda=America/Antigua
AR Argentina=America/Argentina/Buenos_Aires
AM Armenia=Asia/Yerevan
AW Aruba=America/Aruba
AU Australia
AT Austria=Europe/Vienna
AZ Azerbaijan=Asia/Baku
BS Bahamas=America/Nassau
BH Bahrain=Asia/Bahrain
BD Bangladesh=Asia/Dhaka
BB Barbados=America/Barbados
BY Belarus=Europe/Minsk
BE Belgium=Europe/Brussels
BZ Belize=America/Belize
BJ Benin=Africa/Porto-Novo
BM Bermuda=Atlantic/Bermuda
BT Bhutan=Asia/Thimphu
BO Bolivia=America/La_Paz
BQ Bonaire, Sint Eustatius and Saba=America/Kralendijk
BA Bosnia and Herzegovina=Europe/Sarajevo
BW Botswana=Africa/Gaborone
BV Bouvet Island
BR Brazil
IO British Indian Ocean Territory=Indian/Chagos
VG British Virgin Islands=America/Tortola
BN Brunei=Asia/Brunei
BG Bulgaria=Europe/Sofia
BF Burkina Faso=Africa/Ouagadougou
BI Burundi=Africa/Bujumbura
CV Cabo Verde=Atlantic/Cape_Verde
KH Cambodia=Asia/Phnom_Penh
CM Cameroon=Africa/Douala
CA Canada
KY Cayman Islands=America/Cayman
CF Central African Republic=Africa/Bangui
TD Chad=Africa/Ndjamena
CL Chile
CN China
CX Christmas Island=Indian/Christmas
CC Cocos (Keeling) Islands=Indian/Cocos
CO Colombia=America/Bogota
KM Comoros=Indian/Comoro
CG Congo=Africa/Brazzaville
CK Cook Islands=Pacific/Rarotonga
CR Costa Rica=America/Costa_Rica
CI Côte d'Ivoire=Africa/Abidjan
HR Croatia=Europe/Zagreb
CU Cuba=America/Havana
CW Curaçao=America/Curacao
CY Cyprus=Asia/Nicosia
CZ Czechia=Europe/Prague
CD Democratic Republic of the Congo
DK Denmark=Europe/Copenhagen
DJ Djibouti=Africa/Djibouti
DM Dominica=America/Dominica
DO Dominican Republic=America/Santo_Domingo
EC Ecuador
EG Egypt=Africa/Cairo
SV El Salvador=America/El_Salvador
GQ Equatorial Guinea=Africa/Malabo
ER Eritrea=Africa/Asmara
EE Estonia=Europe/Tallinn
SZ Eswatini=Africa/Mbabane
ET Ethiopia=Africa/Addis_Ababa
FK Falkland Islands=Atlantic/Stanley
FO Faroe Islands=Atlantic/Faroe
FJ Fiji=Pacific/Fiji
FI Finland=Europe/Helsinki
FR France=Europe/Paris
GF French Guiana=America/Cayenne
PF French Polynesia
TF French Southern Territories=Indian/Kerguelen
GA Gabon=Africa/Libreville
GM Gambia=Africa/Banjul
GE Georgia=Asia/Tbilisi
DE Germany=Europe/Berlin
GH Ghana=Africa/Accra
GI Gibraltar=Europe/Gibraltar
GR Greece=Europe/Athens
GL Greenland
GD Grenada=America/Grenada
GP Guadeloupe=America/Guadeloupe
GU Guam=Pacific/Guam
GT Guatemala=America/Guatemala
GG Guernsey=Europe/Guernsey
GN Guinea=Africa/Conakry
GW Guinea-Bissau=Africa/Bissau
GY Guyana=America/Guyana
HT Haiti=America/Port-au-Prince
HM Heard Island and McDonald Islands
HN Honduras=America/Tegucigalpa
HK Hong Kong=Asia/Hong_Kong
HU Hungary=Europe/Budapest
IS Iceland=Atlantic/Reykjavik
IN India=Asia/Kolkata
ID Indonesia
IR Iran=Asia/Tehran
IQ Iraq=Asia/Baghdad
IE Ireland=Europe/Dublin
IM Isle of Man=Europe/Isle_of_Man
IL Israel=Asia/Jerusalem
IT Italy=Europe/Rome
JM Jamaica=America/Jamaica
JP Japan=Asia/Tokyo
JE Jersey=Europe/Jersey
JO Jordan=Asia/Amman
KZ Kazakhstan=Asia/Almaty
KE Kenya=Africa/Nairobi
KI Kiribati
KW Kuwait=Asia/Kuwait
KG Kyrgyzstan=Asia/Bishkek
LA Laos=Asia/Vientiane
LV Latvia=Europe/Riga
LB Lebanon=Asia/Beirut
LS Lesotho=Africa/Maseru
LR Liberia=Africa/Monrovia
LY Libya=Africa/Tripoli
LI Liechtenstein=Europe/Vaduz
LT Lithuania=Europe/Vilnius
LU Luxembourg=Europe/Luxembourg
MO Macao=Asia/Macau
MG Madagascar=Indian/Antananarivo
MW Malawi=Africa/Blantyre
MY Malaysia=Asia/Kuala_Lumpur
MV Maldives=Indian/Maldives
ML Mali=Africa/Bamako
MT Malta=Europe/Malta
MH Marshall Islands=Pacific/Majuro
MQ Martinique=America/Martinique
MR Mauritania=Africa/Nouakchott
MU Mauritius=Indian/Mauritius
YT Mayotte=Indian/Mayotte
MX Mexico
FM Micronesia
MD Moldova=Europe/Chisinau
MC Monaco=Europe/Monaco
MN Mongolia
ME Montenegro=Europe/Podgorica
MS Montserrat=America/Montserrat
MA Morocco=Africa/Casablanca
MZ Mozambique=Africa/Maputo
MM Myanmar=Asia/Yangon
NA Namibia=Africa/Windhoek
NR Nauru=Pacific/Nauru
NP Nepal=Asia/Kathmandu
NL Netherlands=Europe/Amsterdam
NC New Caledonia=Pacific/Noumea
NZ New Zealand
NI Nicaragua=America/Managua
NE Niger=Africa/Niamey
NG Nigeria=Africa/Lagos
NU Niue=Pacific/Niue
NF Norfolk Island=Pacific/Norfolk
KP North Korea=Asia/Pyongyang
MK North Macedonia=Europe/Skopje
MP Northern Mariana Islands=Pacific/Saipan
NO Norway=Europe/Oslo
OM Oman=Asia/Muscat
PK Pakistan=Asia/Karachi
PW Palau=Pacific/Palau
PS Palestine=Asia/Gaza
PA Panama=America/Panama
PG Papua New Guinea
PY Paraguay=America/Asuncion
PE Peru=America/Lima
PH Philippines=Asia/Manila
PN Pitcairn=Pacific/Pitcairn
PL Poland=Europe/Warsaw
PT Portugal
PR Puerto Rico=America/Puerto_Rico
QA Qatar=Asia/Qatar
RE Réunion=Indian/Reunion
RO Romania=Europe/Bucharest
RU Russia
RW Rwanda=Africa/Kigali
BL Saint Barthélemy=America/St_Barthelemy
SH Saint Helena, Ascension and Tristan da Cunha=Atlantic/St_Helena
KN Saint Kitts and Nevis=America/St_Kitts
LC Saint Lucia=America/St_Lucia
MF Saint Martin=America/Marigot
PM Saint Pierre and Miquelon=America/Miquelon
VC Saint Vincent and the Grenadines=America/St_Vincent
WS Samoa=Pacific/Apia
SM San Marino=Europe/San_Marino
ST Sao Tome and Principe=Africa/Sao_Tome
SA Saudi Arabia=Asia/Riyadh
SN Senegal=Africa/Dakar
RS Serbia=Europe/Belgrade
SC Seychelles=Indian/Mahe
SL Sierra Leone=Africa/Freetown
SG Singapore=Asia/Singapore
SX Sint Maarten=America/Lower_Princes
SK Slovakia=Europe/Bratislava
SI Slovenia=Europe/Ljubljana
SB Solomon Islands=Pacific/Guadalcanal
SO Somalia=Africa/Mogadishu
ZA South Africa=Africa/Johannesburg
GS South Georgia and the South Sandwich Islands=Atlantic/South_Georgia
KR South Korea=Asia/Seoul
SS South Sudan=Africa/Juba
ES Spain
LK Sri Lanka=Asia/Colombo
SD Sudan=Africa/Khartoum
SR Suriname=America/Paramaribo
SJ Svalbard and Jan Mayen=Arctic/Longyearbyen
SE Sweden=Europe/Stockholm
CH Switzerland=Europe/Zurich
SY Syria=Asia/Damascus
TW Taiwan=Asia/Taipei
TJ Tajikistan=Asia/Dushanbe
TZ Tanzania=Africa/Dar_es_Salaam
TH Thailand=Asia/Bangkok
TL Timor-Leste=Asia/Dili
TG Togo=Africa/Lome
TK Tokelau=Pacific/Fakaofo
TO Tonga=Pacific/Tongatapu
TT Trinidad and Tobago=America/Port_of_Spain
TN Tunisia=Africa/Tunis
TR Türkiye=Europe/Istanbul
TM Turkmenistan=Asia/Ashgabat
TC Turks and Caicos Islands=America/Grand_Turk
TV Tuvalu=Pacific/Funafuti
VI U.S. Virgin Islands=America/St_Thomas
UG Uganda=Africa/Kampala
UA Ukraine
AE United Arab Emirates=Asia/Dubai
GB United Kingdom=Europe/London
US United States
UM United States Minor Outlying Islands
UY Uruguay=America/Montevideo
UZ Uzbekistan=Asia/Samarkand
VU Vanuatu=Pacific/Efate
VA Vatican City=Europe/Vatican
VE Venezuela=America/Caracas
VN Vietnam=Asia/Ho_Chi_Minh
WF Wallis and Futuna=Pacific/Wallis
EH Western Sahara=Africa/El_Aaiun
YE Yemen=Asia/Aden
ZM Zambia=Africa/Lusaka
ZW Zimbabwe=Africa/Harare
"""

# `digits code code ...`
CURRENCIES = """\
0 BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF
2 AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC CUP CVE
 CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR
 KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB
 PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY
 TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG
3 BHD IQD JOD KWD LYD OMR TND
"""

# `code codes of three letters/... names/...`
TWO_LETTERS = """\
aa aar Afar
ab abk Abkhazian
ae ave Avestan
af afr Afrikaans
ak aka Akan
am amh Amharic
an arg Aragonese
ar ara Arabic
as asm Assamese
av ava Avaric/Avar
ay aym Aymara
az aze Azerbaijani
ba bak Bashkir
be bel Belarusian/Belarussian
bg bul Bulgarian
bi bis Bislama
bm bam Bambara
bn ben Bengali/Bangla
bo bod/tib Tibetan
br bre Breton
bs bos Bosnian
ca cat Catalan/Valencian
ce che Chechen
ch cha Chamorro
co cos Corsican
cr cre Cree
cs ces/cze Czech
cu chu Church Slavic/Church Slavonic/Old Bulgarian/Old Church Slavonic/Old Slavonic
cv chv Chuvash
cy cym/wel Welsh
da dan Danish
de deu/ger German
dv div Dhivehi/Divehi/Maldivian
dz dzo Dzongkha
ee ewe Ewe
el ell/gre Modern Greek/Greek
en eng English
eo epo Esperanto
es spa Spanish/Castilian
et est Estonian
eu eus/baq Basque
fa fas/per Persian/Farsi
ff ful Fulah/Fula
fi fin Finnish
fj fij Fijian
fo fao Faroese
fr fra/fre French
fy fry Western Frisian/Frisian
ga gle Irish/Irish Gaelic
gd gla Scottish Gaelic/Gaelic
gl glg Galician
gn grn Guarani/Guaraní
gu guj Gujarati
gv glv Manx
ha hau Hausa
he heb Hebrew
hi hin Hindi
ho hmo Hiri Motu
hr hrv Croatian
ht hat Haitian/Haitian Creole
hu hun Hungarian
hy hye/arm Armenian
hz her Herero
ia ina Interlingua
id ind Indonesian
ie ile Interlingue/Occidental
ig ibo Igbo
ii iii Sichuan Yi/Nuosu
ik ipk Inupiaq
io ido Ido
is isl/ice Icelandic
it ita Italian
iu iku Inuktitut
ja jpn Japanese
jv jav Javanese
ka kat/geo Georgian
kg kon Kongo
ki kik Kikuyu/Gikuyu
kj kua Kuanyama/Kwanyama
kk kaz Kazakh
kl kal Kalaallisut/Greenlandic
km khm Khmer/Central Khmer
kn kan Kannada
ko kor Korean
kr kau Kanuri
ks kas Kashmiri
ku kur Kurdish
kv kom Komi
kw cor Cornish
ky kir Kirghiz/Kyrgyz
la lat Latin
lb ltz Luxembourgish/Letzeburgesch
lg lug Ganda/Luganda
li lim Limburgan/Limburger/Limburgish
ln lin Lingala
lo lao Lao
lt lit Lithuanian
lu lub Luba-Katanga
lv lav Latvian
mg mlg Malagasy
mh mah Marshallese
mi mri/mao Maori/Māori
mk mkd/mac Macedonian
ml mal Malayalam
mn mon Mongolian
mr mar Marathi
ms msa/may Malay
mt mlt Maltese
my mya/bur Burmese/Myanmar
na nau Nauru
nb nob Norwegian Bokmål/Bokmål/Norwegian Bokmal/Bokmal
nd nde North Ndebele
ne nep Nepali
ng ndo Ndonga
nl nld/dut Dutch/Flemish
nn nno Norwegian Nynorsk/Nynorsk
no nor Norwegian
nr nbl South Ndebele
nv nav Navajo/Navaho
ny nya Chichewa/Chewa/Nyanja
oc oci Occitan/Provençal
oj oji Ojibwa
om orm Oromo
or ori Oriya/Odia
os oss Ossetian/Ossetic
pa pan Panjabi/Punjabi
pi pli Pali
pl pol Polish
ps pus Pushto/Pashto
pt por Portuguese
qu que Quechua
rm roh Romansh/Rumantsch
rn run Rundi/Kirundi
ro ron/rum Romanian/Moldavian/Moldovan
ru rus Russian
rw kin Kinyarwanda
sa san Sanskrit
sc srd Sardinian
sd snd Sindhi
se sme Northern Sami/Northern Sámi
sg sag Sango
si sin Sinhala/Sinhalese
sk slk/slo Slovak
sl slv Slovenian
sm smo Samoan
sn sna Shona
so som Somali
sq sqi/alb Albanian
sr srp Serbian
ss ssw Swati/Swazi
st sot Southern Sotho/Sotho/Sesotho
su sun Sundanese
sv swe Swedish
sw swa Swahili/Kiswahili
ta tam Tamil
te tel Telugu
tg tgk Tajik
th tha Thai
ti tir Tigrinya
tk tuk Turkmen
tl tgl Tagalog
tn tsn Tswana/Setswana
to ton Tonga/Tongan
tr tur Turkish
ts tso Tsonga
tt tat Tatar
tw twi Twi
ty tah Tahitian
ug uig Uighur/Uyghur
uk ukr Ukrainian
ur urd Urdu
uz uzb Uzbek
ve ven Venda
vi vie Vietnamese
vo vol Volapük/Volapuk
wa wln Walloon
wo wol Wolof
xh xho Xhosa
yi yid Yiddish
yo yor Yoruba
za zha Zhuang/Chuang
zh zho/chi Chinese/Mandarin
zu zul Zulu
"""

# `code code ...`
THREE_LETTERS = """\
ace ach acm ada ady aeb afb afh ain ajp akk ale alt ang anp apc apd arc arn arp arq arw ary arz ase asf ast awa
bal ban bar bas bej bem bfi bho bik bin bla bra bua bug byn bzs
cad car ceb chb chg chk chm chn cho chp chr chy ckb cmn cnr cop crh csb
dak dar del den dgr din doi dsb dse dua dum dyu
efi egy eka ekk elx enm ewo
fan fat fil fon frm fro frr frs fsl fur
gaa gan gay gba gez gil glk gmh goh gon gor got grb grc gsg gsw gwi
hai hak haw hif hil hit hmn hsb hsn hup
iba ilo ils inh ise
jbo jpr jrb jsl
kaa kab kac kam kaw kbd kha kho kmb kmr kok kos kpe krc krl kru ksh kum kut
lad lah lam lez lij lmo lol loz lua lui lun luo lus lvs lzh
mad mag mai mak man mas mdf mdr men mga mic min mnc mni moh mos mul mus mwl mwr myv mzn
nan nap nds new nia niu nog non nqo nso nwc nym nyn nyo nzi
osa ota
pag pal pam pap pau pcm peo pes pfl phn pms pnb pon pro prs
raj rap rar rif rmy rom rup
sad sah sam sas sat scn sco sel sga shi shn sid skr sma smj smn sms snk sog srn srr ssp stq suk sus sux swg swh syc
 syr szl
tem ter tet tig tiv tkl tlh tli tmh tog tok tpi tsi tum tvl tyv tzm
udm uga umb
vai vec vls vot
wal war was wuu
xal
yao yap yue
zap zbl zen zgh zsm zun zza
"""

# `name name ...`
ZONES = """\
Africa/Abidjan Africa/Accra Africa/Addis_Ababa Africa/Algiers Africa/Asmara Africa/Asmera Africa/Bamako Africa/Bangui
 Africa/Banjul Africa/Bissau Africa/Blantyre Africa/Brazzaville Africa/Bujumbura Africa/Cairo Africa/Casablanca
 Africa/Ceuta Africa/Conakry Africa/Dakar Africa/Dar_es_Salaam Africa/Djibouti Africa/Douala Africa/El_Aaiun
 Africa/Freetown Africa/Gaborone Africa/Harare Africa/Johannesburg Africa/Juba Africa/Kampala Africa/Khartoum
 Africa/Kigali Africa/Kinshasa Africa/Lagos Africa/Libreville Africa/Lome Africa/Luanda Africa/Lubumbashi
 Africa/Lusaka Africa/Malabo Africa/Maputo Africa/Maseru Africa/Mbabane Africa/Mogadishu Africa/Monrovia
 Africa/Nairobi Africa/Ndjamena Africa/Niamey Africa/Nouakchott Africa/Ouagadougou Africa/Porto-Novo Africa/Sao_Tome
 Africa/Timbuktu Africa/Tripoli Africa/Tunis Africa/Windhoek America/Adak America/Anchorage America/Anguilla
 America/Antigua America/Araguaina America/Argentina/Buenos_Aires America/Argentina/Catamarca
 America/Argentina/ComodRivadavia America/Argentina/Cordoba America/Argentina/Jujuy America/Argentina/La_Rioja
 America/Argentina/Mendoza America/Argentina/Rio_Gallegos America/Argentina/Salta America/Argentina/San_Juan
 America/Argentina/San_Luis America/Argentina/Tucuman America/Argentina/Ushuaia America/Aruba America/Asuncion
 America/Atikokan America/Atka America/Bahia America/Bahia_Banderas America/Barbados America/Belem America/Belize
 America/Blanc-Sablon America/Boa_Vista America/Bogota America/Boise America/Buenos_Aires America/Cambridge_Bay
 America/Campo_Grande America/Cancun America/Caracas America/Catamarca America/Cayenne America/Cayman America/Chicago
 America/Chihuahua America/Ciudad_Juarez America/Coral_Harbour America/Cordoba America/Costa_Rica America/Coyhaique
 America/Creston America/Cuiaba America/Curacao America/Danmarkshavn America/Dawson America/Dawson_Creek
 America/Denver America/Detroit America/Dominica America/Edmonton America/Eirunepe America/El_Salvador
 America/Ensenada America/Fort_Nelson America/Fort_Wayne America/Fortaleza America/Glace_Bay America/Godthab
 America/Goose_Bay America/Grand_Turk America/Grenada America/Guadeloupe America/Guatemala America/Guayaquil
 America/Guyana America/Halifax America/Havana America/Hermosillo America/Indiana/Indianapolis America/Indiana/Knox
 America/Indiana/Marengo America/Indiana/Petersburg America/Indiana/Tell_City America/Indiana/Vevay
 America/Indiana/Vincennes America/Indiana/Winamac America/Indianapolis America/Inuvik America/Iqaluit America/Jamaica
 America/Jujuy America/Juneau America/Kentucky/Louisville America/Kentucky/Monticello America/Knox_IN
 America/Kralendijk America/La_Paz America/Lima America/Los_Angeles America/Louisville America/Lower_Princes
 America/Maceio America/Managua America/Manaus America/Marigot America/Martinique America/Matamoros America/Mazatlan
 America/Mendoza America/Menominee America/Merida America/Metlakatla America/Mexico_City America/Miquelon
 America/Moncton America/Monterrey America/Montevideo America/Montreal America/Montserrat America/Nassau
 America/New_York America/Nipigon America/Nome America/Noronha America/North_Dakota/Beulah America/North_Dakota/Center
 America/North_Dakota/New_Salem America/Nuuk America/Ojinaga America/Panama America/Pangnirtung America/Paramaribo
 America/Phoenix America/Port-au-Prince America/Port_of_Spain America/Porto_Acre America/Porto_Velho
 America/Puerto_Rico America/Punta_Arenas America/Rainy_River America/Rankin_Inlet America/Recife America/Regina
 America/Resolute America/Rio_Branco America/Rosario America/Santa_Isabel America/Santarem America/Santiago
 America/Santo_Domingo America/Sao_Paulo America/Scoresbysund America/Shiprock America/Sitka America/St_Barthelemy
 America/St_Johns America/St_Kitts America/St_Lucia America/St_Thomas America/St_Vincent America/Swift_Current
 America/Tegucigalpa America/Thule America/Thunder_Bay America/Tijuana America/Toronto America/Tortola
 America/Vancouver America/Virgin America/Whitehorse America/Winnipeg America/Yakutat America/Yellowknife
 Antarctica/Casey Antarctica/Davis Antarctica/DumontDUrville Antarctica/Macquarie Antarctica/Mawson Antarctica/McMurdo
 Antarctica/Palmer Antarctica/Rothera Antarctica/South_Pole Antarctica/Syowa Antarctica/Troll Antarctica/Vostok
 Arctic/Longyearbyen Asia/Aden Asia/Almaty Asia/Amman Asia/Anadyr Asia/Aqtau Asia/Aqtobe Asia/Ashgabat Asia/Ashkhabad
 Asia/Atyrau Asia/Baghdad Asia/Bahrain Asia/Baku Asia/Bangkok Asia/Barnaul Asia/Beirut Asia/Bishkek Asia/Brunei
 Asia/Calcutta Asia/Chita Asia/Choibalsan Asia/Chongqing Asia/Chungking Asia/Colombo Asia/Dacca Asia/Damascus
 Asia/Dhaka Asia/Dili Asia/Dubai Asia/Dushanbe Asia/Famagusta Asia/Gaza Asia/Harbin Asia/Hebron Asia/Ho_Chi_Minh
 Asia/Hong_Kong Asia/Hovd Asia/Irkutsk Asia/Istanbul Asia/Jakarta Asia/Jayapura Asia/Jerusalem Asia/Kabul
 Asia/Kamchatka Asia/Karachi Asia/Kashgar Asia/Kathmandu Asia/Katmandu Asia/Khandyga Asia/Kolkata Asia/Krasnoyarsk
 Asia/Kuala_Lumpur Asia/Kuching Asia/Kuwait Asia/Macao Asia/Macau Asia/Magadan Asia/Makassar Asia/Manila Asia/Muscat
 Asia/Nicosia Asia/Novokuznetsk Asia/Novosibirsk Asia/Omsk Asia/Oral Asia/Phnom_Penh Asia/Pontianak Asia/Pyongyang
 Asia/Qatar Asia/Qostanay Asia/Qyzylorda Asia/Rangoon Asia/Riyadh Asia/Saigon Asia/Sakhalin Asia/Samarkand Asia/Seoul
 Asia/Shanghai Asia/Singapore Asia/Srednekolymsk Asia/Taipei Asia/Tashkent Asia/Tbilisi Asia/Tehran Asia/Tel_Aviv
 Asia/Thimbu Asia/Thimphu Asia/Tokyo Asia/Tomsk Asia/Ujung_Pandang Asia/Ulaanbaatar Asia/Ulan_Bator Asia/Urumqi
 Asia/Ust-Nera Asia/Vientiane Asia/Vladivostok Asia/Yakutsk Asia/Yangon Asia/Yekaterinburg Asia/Yerevan
 Atlantic/Azores Atlantic/Bermuda Atlantic/Canary Atlantic/Cape_Verde Atlantic/Faeroe Atlantic/Faroe
 Atlantic/Jan_Mayen Atlantic/Madeira Atlantic/Reykjavik Atlantic/South_Georgia Atlantic/St_Helena Atlantic/Stanley
 Australia/ACT Australia/Adelaide Australia/Brisbane Australia/Broken_Hill Australia/Canberra Australia/Currie
 Australia/Darwin Australia/Eucla Australia/Hobart Australia/LHI Australia/Lindeman Australia/Lord_Howe
 Australia/Melbourne Australia/NSW Australia/North Australia/Perth Australia/Queensland Australia/South
 Australia/Sydney Australia/Tasmania Australia/Victoria Australia/West Australia/Yancowinna Brazil/Acre
 Brazil/DeNoronha Brazil/East Brazil/West CET CST6CDT Canada/Atlantic Canada/Central Canada/Eastern Canada/Mountain
 Canada/Newfoundland Canada/Pacific Canada/Saskatchewan Canada/Yukon Chile/Continental Chile/EasterIsland Cuba EET EST
 EST5EDT Egypt Eire Etc/GMT Etc/GMT+0 Etc/GMT+1 Etc/GMT+10 Etc/GMT+11 Etc/GMT+12 Etc/GMT+2 Etc/GMT+3 Etc/GMT+4
 Etc/GMT+5 Etc/GMT+6 Etc/GMT+7 Etc/GMT+8 Etc/GMT+9 Etc/GMT-0 Etc/GMT-1 Etc/GMT-10 Etc/GMT-11 Etc/GMT-12 Etc/GMT-13
 Etc/GMT-14 Etc/GMT-2 Etc/GMT-3 Etc/GMT-4 Etc/GMT-5 Etc/GMT-6 Etc/GMT-7 Etc/GMT-8 Etc/GMT-9 Etc/GMT0 Etc/Greenwich
 Etc/UCT Etc/UTC Etc/Universal Etc/Zulu Europe/Amsterdam Europe/Andorra Europe/Astrakhan Europe/Athens Europe/Belfast
 Europe/Belgrade Europe/Berlin Europe/Bratislava Europe/Brussels Europe/Bucharest Europe/Budapest Europe/Busingen
 Europe/Chisinau Europe/Copenhagen Europe/Dublin Europe/Gibraltar Europe/Guernsey Europe/Helsinki Europe/Isle_of_Man
 Europe/Istanbul Europe/Jersey Europe/Kaliningrad Europe/Kiev Europe/Kirov Europe/Kyiv Europe/Lisbon Europe/Ljubljana
 Europe/London Europe/Luxembourg Europe/Madrid Europe/Malta Europe/Mariehamn Europe/Minsk Europe/Monaco Europe/Moscow
 Europe/Nicosia Europe/Oslo Europe/Paris Europe/Podgorica Europe/Prague Europe/Riga Europe/Rome Europe/Samara
 Europe/San_Marino Europe/Sarajevo Europe/Saratov Europe/Simferopol Europe/Skopje Europe/Sofia Europe/Stockholm
 Europe/Tallinn Europe/Tirane Europe/Tiraspol Europe/Ulyanovsk Europe/Uzhgorod Europe/Vaduz Europe/Vatican
 Europe/Vienna Europe/Vilnius Europe/Volgograd Europe/Warsaw Europe/Zagreb Europe/Zaporozhye Europe/Zurich GB GB-Eire
 GMT GMT+0 GMT-0 GMT0 Greenwich HST Hongkong Iceland Indian/Antananarivo Indian/Chagos Indian/Christmas Indian/Cocos
 Indian/Comoro Indian/Kerguelen Indian/Mahe Indian/Maldives Indian/Mauritius Indian/Mayotte Indian/Reunion Iran Israel
 Jamaica Japan Kwajalein Libya MET MST MST7MDT Mexico/BajaNorte Mexico/BajaSur Mexico/General NZ NZ-CHAT Navajo PRC
 PST8PDT Pacific/Apia Pacific/Auckland Pacific/Bougainville Pacific/Chatham Pacific/Chuuk Pacific/Easter Pacific/Efate
 Pacific/Enderbury Pacific/Fakaofo Pacific/Fiji Pacific/Funafuti Pacific/Galapagos Pacific/Gambier Pacific/Guadalcanal
 Pacific/Guam Pacific/Honolulu Pacific/Johnston Pacific/Kanton Pacific/Kiritimati Pacific/Kosrae Pacific/Kwajalein
 Pacific/Majuro Pacific/Marquesas Pacific/Midway Pacific/Nauru Pacific/Niue Pacific/Norfolk Pacific/Noumea
 Pacific/Pago_Pago Pacific/Palau Pacific/Pitcairn Pacific/Pohnpei Pacific/Ponape Pacific/Port_Moresby
 Pacific/Rarotonga Pacific/Saipan Pacific/Samoa Pacific/Tahiti Pacific/Tarawa Pacific/Tongatapu Pacific/Truk
 Pacific/Wake Pacific/Wallis Pacific/Yap Poland Portugal ROC ROK Singapore Turkey UCT US/Alaska US/Aleutian US/Arizona
 US/Central US/East-Indiana US/Eastern US/Hawaii US/Indiana-Starke US/Michigan US/Mountain US/Pacific US/Samoa UTC
 Universal W-SU WET Zulu
"""
