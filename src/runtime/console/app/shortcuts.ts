import { useEffect } from 'preact/hooks';
import { navigate } from 'wouter-preact/use-browser-location';

const SEQUENCE_MS = 1200;
const GO_TO: Readonly<Record<string, string>> = { l: '/', s: '/statistics', u: '/upload' };

/** Keys that work on every page, unless something is being typed. */
export function useShortcuts(showHelp: () => void): void {
  useEffect(() => {
    let goAt = 0;
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const { key } = event;
      const goes = event.timeStamp - goAt < SEQUENCE_MS ? GO_TO[key] : undefined;
      goAt = key === 'g' ? event.timeStamp : 0;
      if (goes !== undefined) navigate(goes);
      else if (key === 'u') navigate('/upload');
      else if (key === '?') showHelp();
      else if (key === '/') focusSearch();
      else return;
      event.preventDefault();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
}

export function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input:not([type=radio]), textarea, select, [contenteditable], dialog[open] *');
}

/** On another page the library comes first. */
function focusSearch(): void {
  const find = () => document.querySelector<HTMLInputElement>('input[type=search]');
  if (!find()) navigate('/');
  requestAnimationFrame(() => find()?.focus());
}
