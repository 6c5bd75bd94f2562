/** The field by which a form of a city's page names the visitor's hold whose payment page it asks for, and nothing else. */
export const payFor = 'reservation'

/** The field of that form that keeps what a seat costs by now, once the visitor has been told. */
export const toldPrice = 'told-price'
