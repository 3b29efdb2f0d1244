// Redoc computes with colors, so that it takes no custom properties: the palette of the other pages is read for it.
const openapi = new URL("../openapi.json", document.currentScript.src).href;
const tokens = getComputedStyle(document.documentElement);
const color = (name) => tokens.getPropertyValue(`--${name}`).trim();
const both = (name) => ({ primary: color(name), secondary: color(name) });
const theme = {
  colors: {
    primary: { main: color("link") },
    success: { main: color("good") },
    warning: { main: color("wait") },
    error: { main: color("bad") },
    text: both("ink"),
    border: { dark: color("line"), light: color("line") },
    responses: {
      success: { color: color("good"), backgroundColor: color("ground"), tabTextColor: color("good") },
      error: { color: color("bad"), backgroundColor: color("ground"), tabTextColor: color("bad") },
      redirect: { color: color("wait"), backgroundColor: color("ground"), tabTextColor: color("wait") },
      info: { color: color("link"), backgroundColor: color("ground"), tabTextColor: color("link") },
    },
  },
  schema: { nestedBackground: color("ground"), typeNameColor: color("soft"), typeTitleColor: color("soft") },
  sidebar: { backgroundColor: color("ground"), textColor: color("ink"), activeTextColor: color("link") },
  typography: { code: { color: color("bad"), backgroundColor: color("ground") }, links: { color: color("link") } },
  fab: { backgroundColor: color("paper"), color: color("link") },
};
Redoc.init(openapi, { hideLoading: true, theme }, document.getElementById("ui"));
// It draws once: who changes the scheme meanwhile sees the page anew.
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => location.reload());
