// The one module that names vendored files: all others import from here, so that a new version is one edit.
import { h, render } from "../vendor/preact-11.2.0.js";
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "../vendor/preact-hooks-11.2.0.js";
import { batch, computed, effect, signal } from "../vendor/signals-core-1.14.5.js";
import "../vendor/signals-2.11.4.js"; // has components follow the signals that they read
import htm from "../vendor/htm-3.1.1.js";

const html = htm.bind(h);

export { batch, computed, effect, h, html, render, signal };
export { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState };
