/**
 * A page's `shouldRevalidate`: its data is loaded again after each answer to a form. By itself Remix does not do that
 * after a refusal (4xx). Then the page would not show what a refusal tells of, such as numbers that moved. And a form
 * would keep a key that was used for other content, and would be refused for ever.
 */
export function revalidateAlways(): boolean {
  return true
}
