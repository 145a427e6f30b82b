import { CloudUpload } from 'lucide-preact';
import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { navigate } from 'wouter-preact/use-browser-location';
import { useServices } from './services';
import { strings } from '../strings';

const carriesFiles = ({ dataTransfer }: DragEvent) => dataTransfer?.types.includes('Files') ?? false;

/** The whole window takes files. */
export function DropTarget({ children }: { readonly children: ComponentChildren }) {
  const { uploads } = useServices();
  const [over, setOver] = useState(false);
  useEffect(() => {
    // Entering a child leaves its parent: only the balance says whether the files are still over the window.
    let depth = 0;
    const enter = (event: DragEvent) => { if (carriesFiles(event)) setOver((depth += 1) > 0); };
    const leave = (event: DragEvent) => { if (carriesFiles(event)) setOver((depth = Math.max(0, depth - 1)) > 0); };
    const allow = (event: DragEvent) => { if (carriesFiles(event)) event.preventDefault(); };
    const drop = (event: DragEvent) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      depth = 0;
      setOver(false);
      uploads.add(event.dataTransfer!.files);
      navigate('/upload');
    };
    const listeners = { dragenter: enter, dragleave: leave, dragover: allow, drop };
    for (const [name, listener] of Object.entries(listeners)) addEventListener(name, listener as EventListener);
    return () => {
      for (const [name, listener] of Object.entries(listeners)) removeEventListener(name, listener as EventListener);
    };
  }, [uploads]);
  return (
    <>
      {children}
      {over && (
        <div class="pointer-events-none fixed inset-3 z-40 grid place-items-center rounded-xl border-2 border-dashed border-accent bg-accent-soft/90">
          <p class="flex items-center gap-3 text-xl font-semibold text-accent-ink"><CloudUpload size={28} aria-hidden="true" />{strings.upload.dropAnywhere}</p>
        </div>
      )}
    </>
  );
}
