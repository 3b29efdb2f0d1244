// The page calls the API it came from, whatever the document says, so that "Try it out" is always of one origin.
(async () => {
  const here = new URL("..", document.currentScript.src).href.replace(/\/$/, "");
  const night = matchMedia("(prefers-color-scheme: dark)");
  const dress = () => document.documentElement.classList.toggle("dark-mode", night.matches);
  night.addEventListener("change", dress);
  dress();
  const answer = await fetch(`${here}/openapi.json`);
  const spec = await answer.json();
  spec.servers = [{ url: here }];
  window.ui = SwaggerUIBundle({
    spec,
    dom_id: "#ui",
    deepLinking: true,
    displayRequestDuration: true,
    docExpansion: "none",
    defaultModelsExpandDepth: 0,
    filter: true,
    tryItOutEnabled: true,
    validatorUrl: null,
  });
})();
