/** How long something still lasts: `9 min`, `40 s`, `2 h 5 min`; `ending` once it is over. */
export function timeLeft(seconds: number): string {
  if (seconds <= 0) return 'ending'
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.round(seconds / 60)
  if (minutes < 60) return `${minutes} min`
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}
