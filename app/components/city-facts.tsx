/** When and where a workshop takes place. */
export function CityFacts({ city }: { city: { days: string; venue: string; address: string } }) {
  return (
    <dl className="facts">
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
