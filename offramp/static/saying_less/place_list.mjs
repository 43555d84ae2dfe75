// Towns, offices and places of detention that name a small group of people, by the part of the country that the form
// asks for. From what the agencies publish about themselves.

const split = (names) => names.trim().split(/\s*,\s*/);

/** Small enough, or so bound up with the agencies, that the name alone says where somebody works. */
export const TELLING = {
  texas: split(`Abilene, Alpine, Brackettville, Brownsville, Carrizo Springs, Comstock, Cotulla, Del Rio, Dilley, Eagle Pass,
    Eden, El Paso, El Valle, Encino, Fabens, Falfurrias, Fort Bliss, Fort Hancock, Freer, Harlingen, Hebbronville, Hidalgo,
    Karnes, Karnes City, Kingsville, Laredo, Lordsburg, Los Fresnos, Los Indios, Marfa, McAllen, Midland, Mission, Ojinaga,
    Pearsall, Pharr, Port Isabel, Presidio, Progreso, Raymondville, Rio Grande City, Rio Grande Valley,
    Valle del Río Grande, Río Grande, RGV, Rocksprings, Roma, San Angelo, Sanderson, Sierra Blanca, Socorro,
    Sonora, Tornillo, Clint, Uvalde, Van Horn, Weslaco, Ysleta, Zapata, Big Bend, Ursula, Bluebonnet, Prairieland, Conroe,
    Livingston, Camp East Montana`),
  southwest: split(`Ajo, Alamogordo, Antelope Wells, Bisbee, Casa Grande, Chaparral, Columbus, Deming, Douglas, Eloy, Florence,
    Fort Huachuca, Las Cruces, Lukeville, Naco, Nogales, San Luis, Santa Teresa, Sasabe, Sierra Vista, Sonoita, Tucson,
    Wellton, Why, Willcox, Yuma, Otero, Torrance County, Cibola, La Palma, Central Arizona, Three Points, Truth or Consequences`),
  west: split(`Adelanto, Andrade, Blaine, Boulevard, Brown Field, Calexico, Campo, Chula Vista, Bonners Ferry, Colville,
    Coronado, Curlew, El Cajon, El Centro, El Centro Sector, Golden State, Imperial Beach, Indio, Jacumba, Lynden, Mesa Verde,
    Murrieta, Oroville, Oroville Washington, Otay Mesa, Port Angeles, San Clemente, San Ysidro, Spokane, Sumas, Tecate,
    Temecula, Havre, Sweetgrass, Whitefish, Imperial, Imperial Valley, Point Roberts`),
  midwest: split(`Detroit Sector, Grand Forks, Grand Portage, International Falls, Marysville, Pembina, Port Huron,
    Sault Ste Marie, Sault Ste. Marie, Sandusky, Gibraltar, Warroad, Baudette, Broadview, Dodge County, Kandiyohi, McHenry County,
    Boone County, Chippewa County, Portal, Bottineau, Pisek`),
  northeast: split(`Alexandria Bay, Batavia, Beecher Falls, Calais, Champlain, Derby Line, Fort Fairfield, Highgate Springs,
    Houlton, Jackman, Madawaska, Massena, Moshannon, Newport, Niagara Falls, Ogdensburg, Plattsburgh, Richford, Rouses Point,
    Swanton, Van Buren, Wellesley Island, York County, Elizabeth Detention, Delaney Hall, Burlington Massachusetts, Wyatt`),
  southeast: split(`Krome, Brunswick, Folkston, Stewart, Lumpkin, Irwin County, Ocilla, Glades, Glades County, Baker County, Jena,
    LaSalle, Oakdale, Winnfield, Winn, Basile, Pine Prairie, Adams County, Natchez, Etowah, Gadsden, Key West, Marathon, Dania Beach,
    Pompano Beach, Riverside Regional, Farmville, Caroline County, Artesia, Glynco, Harpers Ferry`),
  outside: split(`Aguadilla, Ramey, Mayagüez, Mayaguez, Guantanamo, Guantánamo, Saipan, Hagåtña, Skagway, Poker Creek, Alcan,
    St Thomas, St. Thomas, St Croix, St. Croix`),
};

/** Large enough to be harmless by themselves: they count where somebody says that they work or live there. */
export const LARGE = {
  texas: split("Amarillo, Austin, Corpus Christi, Dallas, Fort Worth, Galveston, DFW, Houston, Lubbock, San Antonio"),
  southwest: split("Albuquerque, Flagstaff, Las Vegas, Mesa, Phoenix, Reno, Roswell, Santa Fe"),
  west: split(`Boise, LAX, Denver, Fresno, Helena, Long Beach, Los Angeles, Oakland, Portland, Sacramento, Salt Lake City, San Diego,
    San Francisco, San Jose, Seattle, Tacoma, Aurora, Bakersfield`),
  midwest: split(`Chicago, Cincinnati, Cleveland, Columbus, Detroit, Indianapolis, Kansas City, Milwaukee, Minneapolis, O’Hare, O'Hare, Omaha,
    Saint Paul, St. Paul, St. Louis, Fargo, Duluth`),
  northeast: split(`Albany, Baltimore, Boston, Buffalo, Burlington, Hartford, Manhattan, New York City, New York, Newark,
    Philadelphia, Pittsburgh, Providence, Rochester, Washington DC, Washington, JFK, Logan`),
  southeast: split(`Atlanta, Charlotte, El Dorado, Fort Lauderdale, Jacksonville, Memphis, Miami, Mobile, Nashville, New Orleans,
    Norfolk, Orlando, Raleigh, Savannah, Tampa, Charleston, Hialeah`),
  outside: split("Anchorage, Fairbanks, Guam, Honolulu, San Juan, Ponce"),
};
// No agencies' places, and large enough to be named: never taken for a town.
export const REGIONS = new Set(
  `alabama alaska arizona arkansas california colorado connecticut delaware florida georgia hawaii idaho illinois indiana iowa
  kansas kentucky louisiana maine maryland massachusetts michigan minnesota mississippi missouri montana nebraska nevada
  north south new ohio oklahoma oregon pennsylvania rhode tennessee texas utah vermont virginia west wisconsin wyoming east
  northeast southeast midwest southwest northwest central america mexico canada méxico estados united norte sur oeste este
  suroeste sureste noreste noroeste medio iraq afghanistan germany korea europe asia puerto nuevo nueva carolina dakota`
    .split(/\s+/),
);
