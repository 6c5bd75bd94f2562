/**
 * When and where a workshop takes place.
 *
 * @param workshop its name, where the page's title does not say it
 */
export function CityFacts({ city, workshop }: { city: Facts; workshop?: string }) {
  return (
    <dl className="facts">
      {workshop !== undefined && (
        <div>
          <dt>Workshop</dt>
          <dd>{workshop}</dd>
        </div>
      )}
      <div>
        <dt>When</dt>
        <dd className="figures">{city.days}</dd>
      </div>
      {(city.venue || city.address) && (
        <div>
          <dt>Where</dt>
          {city.venue && <dd>{city.venue}</dd>}
          {city.address && <dd className="muted">{city.address}</dd>}
        </div>
      )}
    </dl>
  )
}

interface Facts {
  days: string
  venue: string
  address: string
}
