// Words that are written with a capital, or stand behind “I am” and “this is”, without being anybody's name.

/** In lower case. */
export const NO_NAMES = new Set(
  `a able about administration adult afraid african after again against agency agencies agent agents ago air all alone
  already also always american americans an and angry anonymous another any anything anyone april arab army asap asian
  at august autism aware away back bad baptist basic because before black blessed border born both bound brazilian
  browser broke buddhist burned but by caring case catholic católica católico cbp center central certain certified
  charge chief chinese christian cristiana cristiano citizen civil clinic coast colombian commander confused congress
  considering cuban currently customs dear december department deportation deputy desperate detention dhs director
  disabled district division doj done dream drug dutch duty early eight eighteen either el eleven embassy emergency
  employed end enforcement english entry ero even ever every everyone excel excited exhausted facebook fall false
  family fbi february federal feeling few field filipino filipina fine fire first five fluent for force forever four
  french friday friends from full gas general german getting glad god going gone good google government grateful great
  guard haitian half happy hard he health her here hi hispanic his hola homeland home honestly hope hopefully how hsi
  human i ice if immigration important in independent indian indeed information inspector internet intelligence
  investigations irish is islamic it italian january japanese jewish job july june just korean last late latina latino
  law lawyer leaving legal lgbtq like linkedin living local looking lost lot lutheran mad male management manager
  marine married maybe mayor me medical mental mexican mexicana mexicano military mine missing monday more mormon most
  mother mr mrs muslim my navy native nervous never new nine no nobody none north northeast northwest not nothing
  november now october of off office officer officers ok okay old on one only open operations or other others our out
  over overweight pacific part patrol pentecostal people personal please police portuguese post prior private project
  protection protestant proud ptsd public puerto puertorriqueño puertorriqueña quite ready reading really reddit
  registered republican request respectfully responsible retired rican right sad salvadoran saturday school secondary
  sector secret security september service seven several she shift sick signal since single sir six so soon some
  somebody someone sorry south southeast southwest spanish special spring staff state station stuck still sunday
  summer supervisor supervisory support sure sworn tactical team ten texan thank thanks that the their them there they
  thinking this three through thursday time tired to today tomorrow too tor training transportation treasury trump tsa
  tuesday two ugly under unhappy union united unit unsure until us usa uscis va very veteran veterans vietnamese
  wednesday well west what when where white who why will willing windows winter with without women word work working
  worried would yes yet you young your zoom advisor adviser advisers asked bilingual bi burnt dear democrat agente
  agentes años aquí así atentamente aunque bien buenas buenos casa casado casada como con cual cuando cubana cubano de
  del desde después dios domingo dos empleado empleada en enero entonces es esa ese esta este españa español española
  estados feliz gracias gobierno guatemalteca guatemalteco hijo hija hola hondureña hondureño inglés jefe jefa jueves
  la las latinoamericano lo los lunes madre martes mayo me mi miércoles mucho muy nada ni nivel nosotros oficial
  oficina padre para parte patrulla fronteriza pero persona por porque pues que quien quiero sábado salvadoreña
  salvadoreño saludos ser servicio si sin sobre solo solamente somos soy supervisora también tarde tengo testigo todo
  todos trabajo tres un una uno unos usted best regards sincerely cheers kind warm yours cordialmente abrazo
  bendiciones bless atte ustedes venezolano venezolana veterano veterana viernes ya yo católicos evangélico evangélica
  migra migración seguridad departamento ejército marina gs gl hr iq it irs osha sat tsp fers tv pm am academy camp
  counsel academia doctor fort gay hurt lesbian pregnant queer straight trans transgender ill`
    .split(/\s+/),
);
