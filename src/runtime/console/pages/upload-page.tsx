import { CloudUpload } from 'lucide-preact';
import { useId, useRef } from 'preact/hooks';
import { UploadRow } from './upload-row';
import { useServices } from '../app/services';
import { formatBytes } from '../data/format';
import { strings } from '../strings';
import { Button } from '../ui/button';
import { useTitle } from '../ui/use-title';
import { ACCEPT, ACCEPTED_NAMES } from '../upload/file-policy';

export function UploadPage() {
  useTitle(strings.upload.title);
  const { uploads } = useServices();
  const items = uploads.items.value;
  return (
    <div class="mx-auto max-w-4xl">
      <h1 class="mb-6 text-2xl font-semibold tracking-tight">{strings.upload.title}</h1>
      <DropZone small={items.length > 0} />
      <section aria-label={strings.upload.listTitle} class="mt-8">
        <div class="mb-3 flex h-9 items-center justify-between">
          <h2 class="font-semibold">{strings.upload.listTitle}</h2>
          {uploads.hasEnded && <Button small look="quiet" onClick={() => uploads.clearEnded()}>{strings.upload.clearDone}</Button>}
        </div>
        {items.length === 0 && <p class="rounded-lg border border-dashed border-line px-4 py-8 text-center text-muted">{strings.upload.emptyList}</p>}
        <ul class="grid gap-2.5">{items.map(item => <UploadRow key={item.key} item={item} />)}</ul>
      </section>
    </div>
  );
}

function DropZone({ small }: { readonly small: boolean }) {
  const { uploads, config } = useServices();
  const input = useRef<HTMLInputElement>(null);
  const hint = useId();
  const choose = () => {
    uploads.add(input.current!.files ?? []);
    // The same file may be chosen again.
    input.current!.value = '';
  };
  return (
    <div class={`flex items-center gap-5 rounded-xl border border-dashed border-edge/70 bg-surface px-6 ${small ? 'flex-wrap py-6' : 'flex-col py-16 text-center'}`}>
      <span class="grid size-14 shrink-0 place-items-center rounded-xl bg-accent-soft text-accent-ink"><CloudUpload size={26} aria-hidden="true" /></span>
      <div class={small ? 'min-w-0 flex-1 basis-60' : ''}>
        <p class="text-lg font-semibold">{strings.upload.dropTitle}</p>
        <p id={hint} class="mt-1 text-muted text-pretty">{strings.upload.dropText(ACCEPTED_NAMES, formatBytes(config.maxUploadBytes))}</p>
      </div>
      <input ref={input} type="file" multiple accept={ACCEPT} onChange={choose} class="hidden" aria-label={strings.upload.choose} />
      <Button look="primary" aria-describedby={hint} onClick={() => input.current!.click()}>{strings.upload.choose}</Button>
    </div>
  );
}
