import { signal } from '@preact/signals';
import { X } from 'lucide-preact';
import { Button, IconButton } from './button';
import { strings } from '../strings';

export interface Toast {
  readonly text: string;
  readonly action?: { readonly label: string; readonly run: () => void };
  /** Called once it is gone without its action. */
  readonly onGone?: () => void;
  readonly milliseconds?: number;
}

interface Shown extends Toast {
  readonly id: number;
  readonly timer: ReturnType<typeof setTimeout>;
}

const shown = signal<readonly Shown[]>([]);
let nextId = 1;

/** @returns how to end it early, as if its time had run out */
export function toast(message: Toast): () => void {
  const id = nextId++;
  const gone = () => remove(id, true);
  shown.value = [...shown.value, { ...message, id, timer: setTimeout(gone, message.milliseconds ?? 5000) }];
  return gone;
}

function remove(id: number, ranOut: boolean): void {
  const found = shown.value.find(each => each.id === id);
  if (!found) return;
  clearTimeout(found.timer);
  shown.value = shown.value.filter(each => each.id !== id);
  if (ranOut) found.onGone?.();
}

export function Toasts() {
  return (
    <div role="status" aria-live="polite" class="pointer-events-none fixed inset-x-0 bottom-20 z-50 flex flex-col items-center gap-2 px-4 md:bottom-6">
      {shown.value.map(({ id, text, action }) => (
        <div key={id} class="toast-in pointer-events-auto flex max-w-full items-center gap-3 rounded-lg border border-line bg-raised py-2 pr-2 pl-4 shadow-float">
          <span class="min-w-0 truncate">{text}</span>
          {action && (
            <Button small look="quiet" class="text-accent-ink!" onClick={() => { remove(id, false); action.run(); }}>{action.label}</Button>
          )}
          <IconButton small icon={X} label={strings.close} onClick={() => remove(id, true)} />
        </div>
      ))}
    </div>
  );
}
