/**
 * Listens to what happens. A browser comes back by itself when the line is cut, and says
 * up to where it was told; when it is turned away it gives up, so that we try again.
 */
export function watch(beat, link) {
  const source = new EventSource('/api/live');
  source.onopen = () => link(true);
  source.onmessage = (e) => beat(JSON.parse(e.data));
  source.onerror = () => {
    link(false);
    if (source.readyState !== EventSource.CLOSED) return;
    setTimeout(() => watch(beat, link), 5000);
  };
}
