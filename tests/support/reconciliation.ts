/** What a run of reconciliation answers that found nothing which we did not know. */
export const nothing = { applied: 0, refunds: 0, placed: 0, unknownSales: 0, events: 0 }
