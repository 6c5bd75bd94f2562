/** What a browser's console says of requests to a web process that ends, or is gone. */
export const serverIsGone = /net::ERR_(CONNECTION_REFUSED|CONNECTION_RESET|INCOMPLETE|EMPTY)/
