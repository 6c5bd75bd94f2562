import pino from 'pino'

/**
 * Standard output, for a log: each line at once. Lines that wait are written when the process ends, and with nobody left
 * to read them, as after the death of whoever started it, sonic-boom tries that for ever.
 *
 * A line that cannot be written, as on a full disk, is lost; nothing throws, and the next line is tried again.
 */
export function standardOutput(): pino.DestinationStream {
  let stream = open()
  function open(): pino.DestinationStream {
    const opened = pino.destination({ fd: 1, sync: true })
    // It keeps the line that it could not write, and all to come behind it. A new one begins without them.
    opened.on('error', () => {
      if (stream === opened) stream = open()
    })
    return opened
  }
  return { write: (line) => stream.write(line) }
}
