const openapi = new URL("../openapi.json", document.currentScript.src).href;
Redoc.init(openapi, { hideLoading: true }, document.getElementById("ui"));
