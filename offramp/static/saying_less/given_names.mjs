// Given names that many people in the United States have, in English and in Spanish; none that is a town or a state.

/** In lower case. These are hardly ever anything but names. */
export const GIVEN_NAMES = new Set(
  `aaron abigail adam adrian adriana agustín aidan alan alberto alejandra alejandro alex alexander alexis alfonso
  alfredo alice alicia allison álvaro alvaro amanda amber amy ana andrea andrés andres andrew andy angela angelina
  ángel anita ann anna anne anthony antonia antonio armando arthur arturo ashley barbara beatriz becky ben benjamin
  benito bernardo beth beto betty beverly blanca bob bobby brad bradley brandon brenda brian brittany bruce bryan
  camila carl carla carlos carmen carol catherine cecilia césar cesar charles cheryl chris christian christina
  christine christopher chuy cindy claudia consuelo courtney craig cristian cristina crystal curtis cynthia dale dan
  dana daniel daniela danielle danny darren dave david deborah debra delia denise dennis derek diana diane diego
  dolores donald donna doug dylan eddie edgar eduardo edward efraín elena elizabeth elsa emilia emilio emily emma
  enrique eric erica erik erin ernesto esperanza esteban esther ethan eva evelyn fabian fátima federico felipe
  fernanda fernando fidel francisco frederick gabriel gabriela gary george gerald gerardo gilberto gina gloria gonzalo
  graciela greg gregory guadalupe guillermo gustavo hannah harold harry heather héctor hector heidi helen henry hernán
  hilda hugo humberto ian ignacio inés irene irma isaac isabel isabella ismael iván ivan jacob jaime jake james jamie
  jane janet janice jared jason javier jeff jeffrey jennifer jenny jeremy jerry jesse jessica jesús jesus jill jim
  jimmy joan joaquín joaquin joe joel john johnny jon jonathan jorge josé jose josefina joseph josh joshua juan juana
  juanita judith judy julia julian julie julieta julio justin karen karina karla kate katherine kathleen kathy katie
  keith kelly ken kenneth kevin kim kimberly kristen kyle larry latoya laura lauren lawrence leonardo leslie leticia
  lety liam lidia liliana linda lisa logan lorena lori lorenzo louis lourdes lucas lucía lucia lucy luis luisa luke
  lupe lupita luz lynn manuel manuela marcela marcia marco marcos marcus margaret margarita maría maria mariana marie
  mario marisol marlene marta martha martín martin mary mateo matt matthew mauricio megan melissa melinda mercedes
  michael michelle miguel mike mónica monica nancy natalia natalie nathan nicholas nick nicolás nicole noah noelia
  norma octavio olga olivia omar oscar óscar pablo pamela paola patricia patricio patrick paul paula pedro peter phil
  philip phillip priya rachel rafa rafael ralph ramiro ramón ramon ramona randy raquel raúl raul raymond rebecca
  regina renée rené ricardo richard rick rita robert roberto rodolfo rodrigo rogelio roger roland rolando ron ronald
  rosa rosalía rosario roy rubén ruben russell ruth ryan salvador sam samantha samuel sandra santiago sara sarah scott
  sean sergio sharon shannon shawn sheila shirley silvia simon sofía sofia sonia sophia sophie stacy stella stephanie
  stephen steve steven susan susana sylvia tamara tanya tara ted teresa terry theresa thomas tiffany tim timothy tina
  todd tom tomás tomas tommy tony tracy travis tyler tyrone valentina valeria vanessa verónica veronica vicente víctor
  victor vincent viviana walter wanda wayne wendy wesley william xavier yadira yesenia yolanda yvonne zachary`
    .split(/\s+/),
);
