/**
 * A text without what holds any digits now and then: ids, ports, an answer's length and its tag, and the moments that Remix
 * writes in milliseconds since 1970, quoted however often. What is left can be searched for a number that must not be there.
 */
export function withoutChanceDigits(text: string): string {
  return text
    .replaceAll(/(?<=\/\/[\w.-]+:)\d{1,5}/g, '')
    .replaceAll(/^(content-length|etag): .*$/gm, '')
    .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '')
    .replaceAll(/(D\\*",)\d{13}(?=\])/g, '$1')
}
