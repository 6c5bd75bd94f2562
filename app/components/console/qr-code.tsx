import type { QrPath } from '@/app/presenters/qr-path'

/** A QR code to be scanned; what it says stands beside it for those who cannot. */
export function QrCode({ code: { size, path }, label }: { code: QrPath; label: string }) {
  return (
    <svg
      className="qr"
      viewBox={`0 0 ${size} ${size}`}
      role="img"
      aria-label={label}
      shapeRendering="crispEdges"
    >
      <path d={path} />
    </svg>
  )
}
