// Reads QR codes from the camera: with the browser's BarcodeDetector, else with the worker of qr-scanner.
const READER = new URL("../vendor/qr-scanner-worker-1.4.2.js", import.meta.url);
const PAUSE_MS = 120; // between two looks: quick enough for a hand, and easy on the battery
const SIDE = 640; // so many pixels of the middle of the picture are looked at
const SAME_MS = 4000; // the same ticket held still is one scan

/** @typedef {(source: HTMLCanvasElement) => Promise<string | null>} Reader */

/** @returns {Promise<Reader>} */
async function reader() {
  const Detector = /** @type {any} */ (globalThis).BarcodeDetector;
  if (Detector && (await Detector.getSupportedFormats().catch(() => [])).includes("qr_code")) {
    const detector = new Detector({ formats: ["qr_code"] });
    return async (source) => (await detector.detect(source))[0]?.rawValue ?? null;
  }
  return byWorker();
}

/** @returns {Reader} */
function byWorker() {
  const worker = new Worker(READER);
  let number = 0;
  return (source) => new Promise((resolve, reject) => {
    const id = ++number;
    const data = /** @type {CanvasRenderingContext2D} */ (source.getContext("2d")).getImageData(0, 0, source.width, source.height);
    worker.onmessage = (message) => {
      if (message.data.id === id) resolve(message.data.data);
    };
    worker.onerror = () => reject(new Error("the reader of codes failed"));
    worker.postMessage({ id, type: "decode", data }, [data.data.buffer]);
  });
}

/** @type {Promise<Reader> | null} */
let made = null;

/**
 * Scan until `stop` is called. Rejects where there is no camera, or the person does not want it.
 * @param {HTMLVideoElement} video
 * @param {(text: string) => void} seen
 * @returns {Promise<{stop: () => void}>}
 */
export async function watch(video, seen) {
  const wanted = { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { max: 15 } };
  const stream = await navigator.mediaDevices.getUserMedia({ video: wanted, audio: false });
  let isOver = false;
  const stop = () => {
    isOver = true;
    for (const track of stream.getTracks()) track.stop();
  };
  try {
    made ??= reader();
    const read = await made;
    video.srcObject = stream;
    await video.play();
    void look(video, read, seen, () => isOver);
  } catch (error) {
    stop();
    throw error;
  }
  return { stop };
}

/**
 * @param {HTMLVideoElement} video
 * @param {Reader} read
 * @param {(text: string) => void} seen
 * @param {() => boolean} isOver
 */
async function look(video, read, seen, isOver) {
  const canvas = document.createElement("canvas");
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { willReadFrequently: true }));
  let last = "";
  let lastAt = 0;
  while (!isOver()) {
    const side = Math.min(video.videoWidth, video.videoHeight);
    if (side) {
      canvas.width = canvas.height = Math.min(SIDE, side);
      const left = (video.videoWidth - side) / 2;
      context.drawImage(video, left, (video.videoHeight - side) / 2, side, side, 0, 0, canvas.width, canvas.height);
      const text = await read(canvas).catch(() => null);
      const now = performance.now();
      const isNew = text && (text !== last || now - lastAt > SAME_MS);
      if (text) [last, lastAt] = [text, now];
      if (isNew && !isOver()) seen(text);
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}
