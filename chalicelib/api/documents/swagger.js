// The page calls the API it came from, whatever the document says, so that "Try it out" is always of one origin.
(async () => {
  const here = new URL("..", document.currentScript.src).href.replace(/\/$/, "");
  const answer = await fetch(`${here}/openapi.json`);
  const spec = await answer.json();
  spec.servers = [{ url: here }];
  window.ui = SwaggerUIBundle({
    spec,
    dom_id: "#ui",
    deepLinking: true,
    displayRequestDuration: true,
    docExpansion: "list",
    filter: true,
    tryItOutEnabled: true,
    validatorUrl: null,
  });
})();
