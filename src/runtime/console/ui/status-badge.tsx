import { CircleCheck, CircleDashed, CircleX, Clock, LoaderCircle, LucideIcon } from 'lucide-preact';
import { strings } from '../strings';

const LOOKS: Readonly<Record<string, { readonly icon: LucideIcon; readonly class: string }>> = {
  AWAITING_UPLOAD: { icon: CircleDashed, class: 'bg-sunken text-muted' },
  QUEUED: { icon: Clock, class: 'bg-info-soft text-info' },
  PROCESSING: { icon: LoaderCircle, class: 'bg-info-soft text-info' },
  READY: { icon: CircleCheck, class: 'bg-good-soft text-good' },
  REJECTED: { icon: CircleX, class: 'bg-warn-soft text-warn' },
  FAILED: { icon: CircleX, class: 'bg-bad-soft text-bad' },
};

export function StatusBadge({ status, percent }: { readonly status: string; readonly percent?: number }) {
  const { icon: Icon, class: look } = LOOKS[status] ?? LOOKS.AWAITING_UPLOAD;
  return (
    <span class={`inline-flex h-6 items-center gap-1.5 rounded-full px-2 text-xs font-medium tabular ${look}`}>
      <Icon size={13} aria-hidden="true" class={status === 'PROCESSING' ? 'animate-spin [animation-duration:2s]' : ''} />
      {strings.status[status] ?? status}
      {percent !== undefined && ` ${Math.round(percent)} %`}
    </span>
  );
}
