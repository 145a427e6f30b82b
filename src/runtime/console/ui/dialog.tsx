import { X } from 'lucide-preact';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { IconButton } from './button';
import { strings } from '../strings';

export interface DialogProps {
  readonly title: string;
  readonly open: boolean;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

/** The platform's modal dialog: it keeps the focus inside and gives it back. */
export function Dialog({ title, open, onClose, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (open && !dialog.current!.open) dialog.current!.showModal();
    if (!open) dialog.current!.close();
  }, [open]);
  return (
    <dialog ref={dialog} onClose={onClose} aria-label={title} onClick={event => event.target === dialog.current && onClose()}
      class="w-[min(32rem,calc(100vw-2rem))] rounded-xl border border-line bg-raised p-0 shadow-float">
      {open && (
        <div class="p-5">
          <header class="mb-4 flex items-center justify-between gap-4">
            <h2 class="text-lg font-semibold">{title}</h2>
            <IconButton small icon={X} label={strings.close} onClick={onClose} />
          </header>
          {children}
        </div>
      )}
    </dialog>
  );
}
