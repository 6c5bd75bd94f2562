/** What everybody is told, wherever a city is named that is not there. */
export const noSuchCity = 'There is no such city'
