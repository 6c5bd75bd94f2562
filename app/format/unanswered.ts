/** What is said where the shop, or the way to it, is away while a page wants something of it. */
export const unanswered = 'The shop did not answer. Try again in a minute.'
