import encodeQR from 'qr'

/** A QR code as one SVG path, on a grid of `size` × `size`. */
export interface QrPath {
  size: number
  path: string
}

/** Draws a text as a QR code. */
export function qrPath(text: string): QrPath {
  const rows = encodeQR(text, 'raw', { ecc: 'medium' })
  const dots = rows.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : [])))
  return { size: rows.length, path: dots.join('') }
}
