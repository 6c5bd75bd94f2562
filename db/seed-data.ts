/** The six cities of the tour, to begin with: an admin edits them. Dates are calendar days in the city; amounts are US cents. */
export const seedCities = [
  {
    id: 'dallas-jan-2026',
    name: 'Dallas',
    venue: 'Venue to be announced',
    address: 'Dallas, Texas',
    timeZone: 'America/Chicago',
    startsOn: '2026-01-26',
    endsOn: '2026-01-27',
  },
  {
    id: 'atlanta-feb-2026',
    name: 'Atlanta',
    venue: 'Venue to be announced',
    address: 'Atlanta, Georgia',
    timeZone: 'America/New_York',
    startsOn: '2026-02-22',
    endsOn: '2026-02-23',
  },
  {
    id: 'vegas-mar-2026',
    name: 'Las Vegas',
    venue: 'Venue to be announced',
    address: 'Las Vegas, Nevada',
    timeZone: 'America/Los_Angeles',
    startsOn: '2026-03-15',
    endsOn: '2026-03-16',
  },
  {
    id: 'nyc-apr-2026',
    name: 'New York',
    venue: 'Venue to be announced',
    address: 'New York, New York',
    timeZone: 'America/New_York',
    startsOn: '2026-04-19',
    endsOn: '2026-04-20',
  },
  {
    id: 'chicago-may-2026',
    name: 'Chicago',
    venue: 'Venue to be announced',
    address: 'Chicago, Illinois',
    timeZone: 'America/Chicago',
    startsOn: '2026-05-17',
    endsOn: '2026-05-18',
  },
  {
    id: 'sf-jun-2026',
    name: 'San Francisco',
    venue: 'Venue to be announced',
    address: 'San Francisco, California',
    timeZone: 'America/Los_Angeles',
    startsOn: '2026-06-14',
    endsOn: '2026-06-15',
  },
] as const

export const seedPrices = [
  { tier: 'ga', amountCents: 100_000, currency: 'usd' },
  { tier: 'vip', amountCents: 150_000, currency: 'usd' },
] as const
