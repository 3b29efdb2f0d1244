// What is heard and felt: two rising notes for whoever goes in, two low ones for everybody else.

/** @type {AudioContext | null} */
let audio = null;

/** Browsers let a page be heard only after somebody touched it. */
export function wake() {
  audio ??= "AudioContext" in globalThis ? new AudioContext() : null;
  if (audio?.state === "suspended") void audio.resume();
}

/** @param {boolean} isGood */
export function play(isGood) {
  navigator.vibrate?.(isGood ? 60 : [120, 80, 120]);
  if (audio?.state !== "running") return;
  const notes = isGood ? [660, 880] : [220, 165];
  notes.forEach((pitch, number) => note(/** @type {AudioContext} */ (audio), pitch, number * (isGood ? 0.09 : 0.18), isGood ? 0.12 : 0.2));
}

/** @param {AudioContext} context @param {number} pitch @param {number} after @param {number} length */
function note(context, pitch, after, length) {
  const from = context.currentTime + after;
  const tone = context.createOscillator();
  const loudness = context.createGain();
  tone.type = pitch < 300 ? "square" : "sine";
  tone.frequency.value = pitch;
  loudness.gain.setValueAtTime(pitch < 300 ? 0.15 : 0.4, from);
  loudness.gain.exponentialRampToValueAtTime(0.001, from + length);
  tone.connect(loudness).connect(context.destination);
  tone.start(from);
  tone.stop(from + length);
}
