// A short tone for a new message, only when the visitor asked for it. It is made here: the page may forbid sound files.
export function tone() {
  try {
    const audio = new AudioContext();
    const wave = audio.createOscillator();
    const loud = audio.createGain();
    wave.frequency.value = 660;
    loud.gain.setValueAtTime(0.0001, audio.currentTime);
    loud.gain.exponentialRampToValueAtTime(0.08, audio.currentTime + 0.02);
    loud.gain.exponentialRampToValueAtTime(0.0001, audio.currentTime + 0.35);
    wave.connect(loud).connect(audio.destination);
    wave.start();
    wave.stop(audio.currentTime + 0.4);
    wave.onended = () => void audio.close();
  } catch {
    // no sound here
  }
}
