/** For how many minutes seats may be held: a checkout session at Stripe, which outlives the hold, lasts a day at most. */
export const holdMinutes = { min: 5, max: 1_430 } as const
