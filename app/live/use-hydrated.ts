import { useSyncExternalStore } from 'react'

/** False on the server and in the first render in the browser, true once scripts are at work. */
export function useHydrated(): boolean {
  return useSyncExternalStore(subscribe, inBrowser, onServer)
}

const subscribe = () => () => {}
const inBrowser = () => true
const onServer = () => false
