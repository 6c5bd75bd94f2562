/**
 * A page around the viewer; it reads `/api/openapi.json` as whoever is signed in.
 *
 * @param back where the reader came from
 */
export function docsPage(nonce: string, back: { path: string; text: string }): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>API – 6FB Methodologies</title>
    <link rel="icon" href="/favicon.svg" type="image/svg+xml">
    <link rel="stylesheet" href="/api/docs/assets/swagger-ui.css">
    <link rel="stylesheet" href="/api-docs.css">
  </head>
  <body>
    <nav class="swagger-ui"><div class="wrapper"><a href="${back.path}">${back.text}</a></div></nav>
    <noscript><p>The same as plain JSON: <a href="/api/openapi.json">/api/openapi.json</a></p></noscript>
    <main id="docs"></main>
    <script src="/api/docs/assets/swagger-ui-bundle.js" nonce="${nonce}"></script>
    <script nonce="${nonce}">
      // The viewer's own dark colours, as in every page of ours.
      const dark = matchMedia('(prefers-color-scheme: dark)')
      const showColours = () => document.documentElement.classList.toggle('dark-mode', dark.matches)
      dark.addEventListener('change', showColours)
      showColours()
      SwaggerUIBundle({
        url: '/api/openapi.json',
        dom_id: '#docs',
        deepLinking: true,
        // Asks nobody else about our description.
        validatorUrl: null,
        defaultModelsExpandDepth: 0,
      })
    </script>
  </body>
</html>
`
}
