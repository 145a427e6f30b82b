import type { LucideIcon } from 'lucide-preact';

interface PlayerButtonProps {
  readonly icon: LucideIcon;
  readonly label: string;
  readonly onClick?: () => void;
  readonly pressed?: boolean;
  readonly expanded?: boolean;
  readonly class?: string;
}

export function PlayerButton({ icon: Icon, label, onClick, pressed, expanded, class: more = '' }: PlayerButtonProps) {
  return (
    <button type="button" aria-label={label} title={label} aria-pressed={pressed} aria-expanded={expanded} onClick={onClick}
      class={`grid size-10 place-items-center rounded-md text-white/90 hover:bg-white/15 hover:text-white focus-visible:outline-white ${more}`}>
      <Icon size={20} aria-hidden="true" />
    </button>
  );
}
