"""Countries: the 249 of ISO 3166-1 alpha-2, and the IANA zone of those that keep one time."""

from dataclasses import dataclass
from functools import cache

# `code name=zone;` in the order of the names. Names are ISO's English short names in their everyday form ("Bolivia",
# not "Bolivia, Plurinational State of"). A country whose rows in tzdata's zone.tab keep different times names no zone;
# one whose rows agree for the next ten years (Germany has Büsingen) names the first. One text and not 249 objects: an
# import costs next to nothing, parsing waits for the first use.
_TABLE = """\
AF Afghanistan=Asia/Kabul; AX Åland Islands=Europe/Mariehamn; AL Albania=Europe/Tirane;
DZ Algeria=Africa/Algiers; AS American Samoa=Pacific/Pago_Pago; AD Andorra=Europe/Andorra;
AO Angola=Africa/Luanda; AI Anguilla=America/Anguilla; AQ Antarctica;
AG Antigua and Barbuda=America/Antigua; AR Argentina=America/Argentina/Buenos_Aires;
AM Armenia=Asia/Yerevan; AW Aruba=America/Aruba;
AU Australia; AT Austria=Europe/Vienna; AZ Azerbaijan=Asia/Baku; BS Bahamas=America/Nassau;
BH Bahrain=Asia/Bahrain; BD Bangladesh=Asia/Dhaka; BB Barbados=America/Barbados; BY Belarus=Europe/Minsk;
BE Belgium=Europe/Brussels; BZ Belize=America/Belize; BJ Benin=Africa/Porto-Novo;
BM Bermuda=Atlantic/Bermuda; BT Bhutan=Asia/Thimphu; BO Bolivia=America/La_Paz;
BQ Bonaire, Sint Eustatius and Saba=America/Kralendijk; BA Bosnia and Herzegovina=Europe/Sarajevo;
BW Botswana=Africa/Gaborone; BV Bouvet Island; BR Brazil; IO British Indian Ocean Territory=Indian/Chagos;
VG British Virgin Islands=America/Tortola; BN Brunei=Asia/Brunei; BG Bulgaria=Europe/Sofia;
BF Burkina Faso=Africa/Ouagadougou; BI Burundi=Africa/Bujumbura; CV Cabo Verde=Atlantic/Cape_Verde;
KH Cambodia=Asia/Phnom_Penh; CM Cameroon=Africa/Douala; CA Canada; KY Cayman Islands=America/Cayman;
CF Central African Republic=Africa/Bangui; TD Chad=Africa/Ndjamena; CL Chile; CN China;
CX Christmas Island=Indian/Christmas; CC Cocos (Keeling) Islands=Indian/Cocos; CO Colombia=America/Bogota;
KM Comoros=Indian/Comoro; CG Congo=Africa/Brazzaville; CK Cook Islands=Pacific/Rarotonga;
CR Costa Rica=America/Costa_Rica; CI Côte d'Ivoire=Africa/Abidjan; HR Croatia=Europe/Zagreb;
CU Cuba=America/Havana; CW Curaçao=America/Curacao; CY Cyprus=Asia/Nicosia; CZ Czechia=Europe/Prague;
CD Democratic Republic of the Congo; DK Denmark=Europe/Copenhagen; DJ Djibouti=Africa/Djibouti;
DM Dominica=America/Dominica; DO Dominican Republic=America/Santo_Domingo; EC Ecuador;
EG Egypt=Africa/Cairo; SV El Salvador=America/El_Salvador; GQ Equatorial Guinea=Africa/Malabo;
ER Eritrea=Africa/Asmara; EE Estonia=Europe/Tallinn; SZ Eswatini=Africa/Mbabane;
ET Ethiopia=Africa/Addis_Ababa; FK Falkland Islands=Atlantic/Stanley; FO Faroe Islands=Atlantic/Faroe;
FJ Fiji=Pacific/Fiji; FI Finland=Europe/Helsinki; FR France=Europe/Paris; GF French Guiana=America/Cayenne;
PF French Polynesia; TF French Southern Territories=Indian/Kerguelen; GA Gabon=Africa/Libreville;
GM Gambia=Africa/Banjul; GE Georgia=Asia/Tbilisi; DE Germany=Europe/Berlin; GH Ghana=Africa/Accra;
GI Gibraltar=Europe/Gibraltar; GR Greece=Europe/Athens; GL Greenland; GD Grenada=America/Grenada;
GP Guadeloupe=America/Guadeloupe; GU Guam=Pacific/Guam; GT Guatemala=America/Guatemala;
GG Guernsey=Europe/Guernsey; GN Guinea=Africa/Conakry; GW Guinea-Bissau=Africa/Bissau;
GY Guyana=America/Guyana; HT Haiti=America/Port-au-Prince; HM Heard Island and McDonald Islands;
HN Honduras=America/Tegucigalpa; HK Hong Kong=Asia/Hong_Kong; HU Hungary=Europe/Budapest;
IS Iceland=Atlantic/Reykjavik; IN India=Asia/Kolkata; ID Indonesia; IR Iran=Asia/Tehran;
IQ Iraq=Asia/Baghdad; IE Ireland=Europe/Dublin; IM Isle of Man=Europe/Isle_of_Man;
IL Israel=Asia/Jerusalem; IT Italy=Europe/Rome; JM Jamaica=America/Jamaica; JP Japan=Asia/Tokyo;
JE Jersey=Europe/Jersey; JO Jordan=Asia/Amman; KZ Kazakhstan=Asia/Almaty; KE Kenya=Africa/Nairobi; KI Kiribati;
KW Kuwait=Asia/Kuwait; KG Kyrgyzstan=Asia/Bishkek; LA Laos=Asia/Vientiane; LV Latvia=Europe/Riga;
LB Lebanon=Asia/Beirut; LS Lesotho=Africa/Maseru; LR Liberia=Africa/Monrovia; LY Libya=Africa/Tripoli;
LI Liechtenstein=Europe/Vaduz; LT Lithuania=Europe/Vilnius; LU Luxembourg=Europe/Luxembourg;
MO Macao=Asia/Macau; MG Madagascar=Indian/Antananarivo; MW Malawi=Africa/Blantyre; MY Malaysia=Asia/Kuala_Lumpur;
MV Maldives=Indian/Maldives; ML Mali=Africa/Bamako; MT Malta=Europe/Malta; MH Marshall Islands=Pacific/Majuro;
MQ Martinique=America/Martinique; MR Mauritania=Africa/Nouakchott; MU Mauritius=Indian/Mauritius;
YT Mayotte=Indian/Mayotte; MX Mexico; FM Micronesia; MD Moldova=Europe/Chisinau; MC Monaco=Europe/Monaco;
MN Mongolia; ME Montenegro=Europe/Podgorica; MS Montserrat=America/Montserrat;
MA Morocco=Africa/Casablanca; MZ Mozambique=Africa/Maputo; MM Myanmar=Asia/Yangon;
NA Namibia=Africa/Windhoek; NR Nauru=Pacific/Nauru; NP Nepal=Asia/Kathmandu;
NL Netherlands=Europe/Amsterdam; NC New Caledonia=Pacific/Noumea; NZ New Zealand;
NI Nicaragua=America/Managua; NE Niger=Africa/Niamey; NG Nigeria=Africa/Lagos; NU Niue=Pacific/Niue;
NF Norfolk Island=Pacific/Norfolk; KP North Korea=Asia/Pyongyang; MK North Macedonia=Europe/Skopje;
MP Northern Mariana Islands=Pacific/Saipan; NO Norway=Europe/Oslo; OM Oman=Asia/Muscat;
PK Pakistan=Asia/Karachi; PW Palau=Pacific/Palau; PS Palestine=Asia/Gaza; PA Panama=America/Panama;
PG Papua New Guinea; PY Paraguay=America/Asuncion; PE Peru=America/Lima; PH Philippines=Asia/Manila;
PN Pitcairn=Pacific/Pitcairn; PL Poland=Europe/Warsaw; PT Portugal; PR Puerto Rico=America/Puerto_Rico;
QA Qatar=Asia/Qatar; RE Réunion=Indian/Reunion; RO Romania=Europe/Bucharest; RU Russia;
RW Rwanda=Africa/Kigali; BL Saint Barthélemy=America/St_Barthelemy;
SH Saint Helena, Ascension and Tristan da Cunha=Atlantic/St_Helena;
KN Saint Kitts and Nevis=America/St_Kitts; LC Saint Lucia=America/St_Lucia;
MF Saint Martin=America/Marigot; PM Saint Pierre and Miquelon=America/Miquelon;
VC Saint Vincent and the Grenadines=America/St_Vincent; WS Samoa=Pacific/Apia;
SM San Marino=Europe/San_Marino; ST Sao Tome and Principe=Africa/Sao_Tome; SA Saudi Arabia=Asia/Riyadh;
SN Senegal=Africa/Dakar; RS Serbia=Europe/Belgrade; SC Seychelles=Indian/Mahe;
SL Sierra Leone=Africa/Freetown; SG Singapore=Asia/Singapore; SX Sint Maarten=America/Lower_Princes;
SK Slovakia=Europe/Bratislava; SI Slovenia=Europe/Ljubljana; SB Solomon Islands=Pacific/Guadalcanal;
SO Somalia=Africa/Mogadishu; ZA South Africa=Africa/Johannesburg;
GS South Georgia and the South Sandwich Islands=Atlantic/South_Georgia; KR South Korea=Asia/Seoul;
SS South Sudan=Africa/Juba; ES Spain; LK Sri Lanka=Asia/Colombo; SD Sudan=Africa/Khartoum;
SR Suriname=America/Paramaribo; SJ Svalbard and Jan Mayen=Arctic/Longyearbyen; SE Sweden=Europe/Stockholm;
CH Switzerland=Europe/Zurich; SY Syria=Asia/Damascus; TW Taiwan=Asia/Taipei; TJ Tajikistan=Asia/Dushanbe;
TZ Tanzania=Africa/Dar_es_Salaam; TH Thailand=Asia/Bangkok; TL Timor-Leste=Asia/Dili; TG Togo=Africa/Lome;
TK Tokelau=Pacific/Fakaofo; TO Tonga=Pacific/Tongatapu; TT Trinidad and Tobago=America/Port_of_Spain;
TN Tunisia=Africa/Tunis; TR Türkiye=Europe/Istanbul; TM Turkmenistan=Asia/Ashgabat;
TC Turks and Caicos Islands=America/Grand_Turk; TV Tuvalu=Pacific/Funafuti;
VI U.S. Virgin Islands=America/St_Thomas; UG Uganda=Africa/Kampala; UA Ukraine;
AE United Arab Emirates=Asia/Dubai; GB United Kingdom=Europe/London; US United States;
UM United States Minor Outlying Islands; UY Uruguay=America/Montevideo; UZ Uzbekistan=Asia/Samarkand;
VU Vanuatu=Pacific/Efate; VA Vatican City=Europe/Vatican; VE Venezuela=America/Caracas;
VN Vietnam=Asia/Ho_Chi_Minh; WF Wallis and Futuna=Pacific/Wallis; EH Western Sahara=Africa/El_Aaiun;
YE Yemen=Asia/Aden; ZM Zambia=Africa/Lusaka; ZW Zimbabwe=Africa/Harare\
"""
_ALSO_WRITTEN = {"UK": "GB"}  # reserved by ISO for the United Kingdom, and what people type


@dataclass(frozen=True, slots=True)
class Country:
    """`timezone` is None where the country keeps several times, or none (two uninhabited islands)."""

    code: str
    name: str
    timezone: str | None


def find(text: str) -> Country | None:
    """The country of a code written in any case; `UK` is read as `GB`."""
    if not text.isascii():
        return None  # "ß".upper() is "SS": South Sudan
    code = text.upper()
    return get(_ALSO_WRITTEN.get(code, code))


def get(code: str) -> Country | None:
    """The country of an alpha-2 code in capitals."""
    return _by_code().get(code)


def all_countries() -> tuple[Country, ...]:
    """Every country, by name; letters with accents stand beside those without."""
    return tuple(_by_code().values())


@cache
def _by_code() -> dict[str, Country]:
    countries = {}
    for entry in _TABLE.replace("\n", " ").split("; "):
        code, _, rest = entry.partition(" ")
        name, _, timezone = rest.partition("=")
        countries[code] = Country(code, name, timezone or None)
    return countries
