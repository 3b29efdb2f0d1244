// The camera on the screen: started by a touch, stopped when nobody looks, so that the battery lasts an evening.
import { t } from "../shared/texts.js";
import { html, useEffect, useRef, useState } from "../shared/ui.js";
import { watch } from "./camera.js";

const IDLE_MS = 3 * 60_000;

/** @param {{seen: (text: string) => void}} props */
export function Camera({ seen }) {
  const video = useRef(/** @type {HTMLVideoElement | null} */ (null));
  const [isOn, setOn] = useState(false);
  const [fault, setFault] = useState("");
  const tell = useRef(seen);
  tell.current = seen;
  useEffect(() => {
    if (!isOn || !video.current) return;
    /** @type {{stop: () => void} | null} */
    let watching = null;
    let isOver = false;
    /** @type {ReturnType<typeof setTimeout>} */
    let timer;
    /** @type {any} */
    let lock = null;
    const rest = () => {
      clearTimeout(timer);
      timer = setTimeout(() => setOn(false), IDLE_MS);
    };
    const hidden = () => document.hidden && setOn(false);
    document.addEventListener("visibilitychange", hidden);
    rest();
    watch(video.current, (text) => {
      rest();
      tell.current(text);
    }).then((found) => {
      watching = found;
      if (isOver) found.stop();
    }).catch((error) => {
      setFault(error?.name === "NotAllowedError" ? "refused" : "none");
      setOn(false);
    });
    /** @type {any} */ (navigator).wakeLock?.request("screen").then((/** @type {any} */ found) => {
      lock = found;
      if (isOver) lock.release();
    }, () => undefined);
    return () => {
      isOver = true;
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", hidden);
      watching?.stop();
      lock?.release();
    };
  }, [isOn]);
  return html`<section class="camera ${isOn ? "on" : ""}" aria-label=${t("door.camera")}>
    <video ref=${video} muted playsinline hidden=${!isOn}></video>
    ${isOn
      ? html`<button type="button" class="button" onClick=${() => setOn(false)}>${t("door.camera_stop")}</button>`
      : html`<button type="button" class="start" onClick=${() => {
          setFault("");
          setOn(true);
        }}>${t("door.camera_start")}</button>`}
    ${fault && html`<p class="fault" role="alert">${t(`door.camera_fault.${fault}`)}</p>`}</section>`;
}
