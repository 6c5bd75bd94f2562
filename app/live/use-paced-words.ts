import { useEffect, useRef, useState } from 'react'

/** How long a screen reader is left alone between two numbers. */
const paceMs = 15_000

/**
 * What a screen reader is told of words that change often. A change that matters is told at once; otherwise the latest
 * words are told now and then, so that a rush does not talk over the form that a buyer fills in.
 *
 * @param matter another text where the words are worth an interruption
 */
export function usePacedWords(words: string, matter: string): string {
  const [spoken, setSpoken] = useState(words)
  const last = useRef<{ matter: string; at: number } | null>(null)
  useEffect(() => {
    const speak = () => {
      last.current = { matter, at: performance.now() }
      setSpoken(words)
    }
    const isUrgent = last.current?.matter !== matter
    const waitMs = isUrgent ? 0 : (last.current?.at ?? 0) + paceMs - performance.now()
    if (waitMs <= 0) return speak()
    const timer = setTimeout(speak, waitMs)
    return () => clearTimeout(timer)
  }, [words, matter])
  return spoken
}
