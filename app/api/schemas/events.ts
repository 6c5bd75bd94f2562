/** What a reader of an event stream must know besides its events. */
export const stayingConnected =
  'One named `beat`, every 15 seconds, only says that the connection lives; 40 seconds of silence say that it does not. An `EventSource` mends a broken connection by itself, but gives up for good when it is answered 429 or 503: when its `readyState` is 2, open another one after a while.'
