/** What whoever asks too often is told, by the error page and by the plain page before it. */
export const tooManyRequests = {
  title: 'Too many requests',
  text: 'Your network has asked us very often just now. Wait a minute, then try again.',
}
