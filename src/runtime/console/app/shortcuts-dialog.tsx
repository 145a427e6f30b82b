import { strings } from '../strings';
import { Dialog } from '../ui/dialog';

export function ShortcutsDialog({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  return (
    <Dialog title={strings.shortcuts.title} open={open} onClose={onClose}>
      <div class="grid gap-5">
        <List title={strings.shortcuts.everywhere} rows={strings.shortcuts.list} />
        <List title={strings.shortcuts.player} rows={strings.shortcuts.playerList} />
      </div>
    </Dialog>
  );
}

function List({ title, rows }: { readonly title: string; readonly rows: readonly (readonly string[])[] }) {
  return (
    <section>
      <h3 class="mb-2 text-xs font-medium text-muted">{title}</h3>
      <dl class="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1.5">
        {rows.map(([keys, text]) => (
          <div key={keys} class="col-span-2 grid grid-cols-subgrid items-center">
            <dt><kbd class="inline-block min-w-7 rounded-sm border border-line bg-sunken px-1.5 text-center font-sans text-sm">{keys}</kbd></dt>
            <dd class="text-sm">{text}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
